"""Cache facts about layers without findings on disk.

A layer is known by a digest of its files, the branches below it, the shared files, the day and the program. What is
cached is what other layers are compared with.
"""

import json
from collections.abc import Mapping
from struct import Struct
from typing import TYPE_CHECKING, Final, TypeVar

from oauthgit import cache
from oauthgit.model.formats.digest import blake2b
from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import Workspace
from oauthgit.pipeline.engine.chains import Chains

if TYPE_CHECKING:
    from oauthgit.snapshot import Snapshot

_MAX_BYTES: Final = 64 * 1024 * 1024
_PAIR: Final = 16
"""Bytes of a correlation key."""
_RECORD: Final = Struct("=32sIII")
"""The key of an entry, the number of its environment, and the numbers of servers and of correlation keys."""

_Evaluate = TypeVar("_Evaluate")
Entry = tuple[str | None, int, bytes]
"""The environment, number of servers, and correlation keys of a layer."""


class LayerCache:
    """Hold the facts of an earlier run, and those to keep from this run.

    ``words`` are the inputs of all evaluations besides files and the day.
    """

    def __init__(self, folder: str, root: str, snapshot: "Snapshot", *words: str) -> None:
        self.root = root
        self.snapshot = snapshot
        self._folder = folder
        self._words = words
        self._before = self._known()
        self._now: dict[bytes, Entry] | None = None
        self._keys: dict[str, bytes] = {}

    def reuse(self, evaluate: _Evaluate, *_: object) -> _Evaluate:
        """Return ``evaluate``: results as a whole are not kept."""
        return evaluate

    def find(self, chains: Chains, workspace: Workspace, today: str) -> Evaluation:
        """Return the facts of the known layers, and keep them."""
        self._keys = self._keys_of(chains, workspace, today)
        known = {layer: self._before[key] for layer, key in self._keys.items() if key in self._before}
        self._now = {self._keys[layer]: entry for layer, entry in known.items()}
        return Evaluation(
            (),
            {layer: chains.parents[layer] for layer in known},
            {layer: environment for layer, (environment, _, _) in known.items()},
            {layer: servers for layer, (_, servers, _) in known.items()},
            correlation_keys={layer: keys for layer, (_, _, keys) in known.items() if keys},
        )

    def put(self, chains: Chains, whole: Evaluation) -> None:
        """Keep the facts of the layers that no finding concerns and that no comment is in.

        The guessed chain of a layer must be the one that it and the branches below it state.
        """
        excluded = {*whole.concerned, *(document.layer for document in whole.commented)}
        misread = {layer for layer, parent in chains.parents.items() if whole.parents.get(layer) != parent}
        new = {}
        for layer, servers in whole.servers.items():
            key = self._keys.get(layer)
            if key and layer not in excluded and misread.isdisjoint((layer, *(chains.below(layer) or ()))):
                new[key] = (whole.environments[layer], servers, whole.correlation_keys.get(layer, b""))
        self._now = (self._now or {}) | new

    def keep(self) -> None:
        """Write down what was noted if a run used the cache and it has changed."""
        if self._now is not None and self._now.keys() != self._before.keys():
            cache.write(self._folder, self._file, pack(self._now))

    def _keys_of(self, chains: Chains, workspace: Workspace, today: str) -> dict[str, bytes]:
        """Return a digest for each layer whose chain is whole."""
        paths = (file.path for file in workspace.files if file.is_shared)
        shared = bytes.fromhex(self.snapshot.of(paths, *self._words, today))
        digests = self.snapshot.digests
        keys: dict[str, bytes] = {}
        for layer in chains.parents:
            below = chains.below(layer)
            if below is None:
                continue
            parent = shared
            for each in (*reversed(below), layer):
                if each not in keys:
                    own = [digests[file.path] for file in chains.files[each]]
                    keys[each] = blake2b(b"".join((parent, each.encode(), b"\0", *own)), digest_size=32).digest()
                parent = keys[each]
        return keys

    @property
    def _file(self) -> str:
        return cache.file_of(self._folder, self.root, b"layers 2")

    def _known(self) -> dict[bytes, Entry]:
        try:
            return unpack(cache.read_verified(self._folder, self._file, _MAX_BYTES))
        except OSError:
            return {}


def pack(entries: Mapping[bytes, Entry]) -> bytes:
    """Return entries as bytes: environments in JSON, records, correlation keys."""
    names = list(dict.fromkeys(environment for environment, _, _ in entries.values()))
    numbers = {name: number for number, name in enumerate(names)}
    head = json.dumps([len(entries), *names], separators=(",", ":")).encode()
    records = [
        _RECORD.pack(key, numbers[environment], servers, len(keys) // _PAIR)
        for key, (environment, servers, keys) in entries.items()
    ]
    return b"".join((head, b"\n", *records, *(keys for _, _, keys in entries.values())))


def unpack(body: bytes) -> dict[bytes, Entry]:
    """Return the entries that :func:`pack` encoded; none for other bytes."""
    head, _, rest = body.partition(b"\n")
    try:
        count, *names = json.loads(head)
    except (ValueError, TypeError, RecursionError):
        return {}
    if type(count) is not int or not 0 <= count <= len(rest) // _RECORD.size or not all(map(_is_name, names)):
        return {}
    entries: dict[bytes, Entry] = {}
    start = count * _RECORD.size
    for key, number, servers, pairs in _RECORD.iter_unpack(rest[:start]):
        if number >= len(names):
            return {}
        entries[key] = (names[number], servers, rest[start : start + pairs * _PAIR])
        start += pairs * _PAIR
    return entries if start == len(rest) else {}


def _is_name(value: object) -> bool:
    """Return True for None, and for text without halves of surrogate pairs."""
    return value is None or (isinstance(value, str) and value.isprintable())
