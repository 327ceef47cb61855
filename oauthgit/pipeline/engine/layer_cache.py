"""Cache facts about layers without findings on disk.

A layer is known by a digest of its files, the branches below it, the shared files, the day and the program. What is
cached is what other layers are compared with.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from oauthgit import cache
from oauthgit.model.formats.digest import blake2b
from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import Workspace
from oauthgit.pipeline.engine.chains import Chains
from oauthgit.snapshot import Snapshot

_MAX_BYTES: Final = 64 * 1024 * 1024
_FACTS: Final = 3
_PAIR: Final = 16
"""Bytes of a correlation key."""
_SURROGATE: Final = b"\\ud"

Entry = tuple[str | None, int, bytes]
"""The environment, number of servers, and correlation keys of a layer."""


class LayerCache:
    """Hold the facts of an earlier run, and those to keep from this run.

    ``words`` are the inputs of all evaluations besides files and the day.
    """

    def __init__(self, folder: str, root: str, snapshot: Snapshot, *words: str) -> None:
        self.root = root
        self.snapshot = snapshot
        self._folder = folder
        self._words = words
        self._before = self._known()
        self._now: dict[str, Entry] = {}
        self._keys: dict[str, str] = {}

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

        The guessed chain of a layer must be the one that it states.
        """
        excluded = {*whole.concerned, *(document.layer for document in whole.commented)}
        for layer, servers in whole.servers.items():
            key = self._keys.get(layer)
            if key and layer not in excluded and whole.parents[layer] == chains.parents[layer]:
                self._now[key] = (whole.environments[layer], servers, whole.correlation_keys.get(layer, b""))

    def keep(self) -> None:
        """Write down what was noted, if that is more than was known, or less."""
        if self._now.keys() != self._before.keys():
            cache.write(self._folder, self._file, pack(self._now))

    def _keys_of(self, chains: Chains, workspace: Workspace, today: str) -> dict[str, str]:
        """Return a digest for each layer whose chain is whole."""
        shared = self.snapshot.of((file.path for file in workspace.files if file.is_shared), *self._words, today)
        digests = self.snapshot.digests
        keys: dict[str, str] = {}
        for layer in chains.parents:
            below = chains.below(layer)
            if below is None:
                continue
            parent = shared
            for each in (*reversed(below), layer):
                if each not in keys:
                    own = [digests[file.path] for file in chains.files[each]]
                    keys[each] = blake2b(
                        b"".join((parent.encode(), each.encode(), b"\0", *own)), digest_size=32
                    ).hexdigest()
                parent = keys[each]
        return keys

    @property
    def _file(self) -> str:
        return cache.file_of(self._folder, self.root, b"layers 1")

    def _known(self) -> dict[str, Entry]:
        try:
            return unpack(cache.read_verified(self._folder, self._file, _MAX_BYTES))
        except OSError:
            return {}


def pack(entries: Mapping[str, Entry]) -> bytes:
    """Return entries as bytes: JSON with the length of each block, then the blocks."""
    head = {key: (environment, servers, len(keys)) for key, (environment, servers, keys) in entries.items()}
    return b"\n".join(
        (json.dumps(head, separators=(",", ":")).encode(), b"".join(keys for _, _, keys in entries.values()))
    )


def unpack(body: bytes) -> dict[str, Entry]:
    """Return the entries that :func:`pack` encoded; none for other bytes."""
    head, found, correlation_keys = body.partition(b"\n")
    if not found or _SURROGATE in head.lower():  # no text of a file holds half of a surrogate pair
        return {}
    try:
        stated = json.loads(head)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(stated, dict) or not _are_entries(stated.values()):
        return {}
    entries, start = {}, 0
    for key, (environment, servers, length) in stated.items():
        entries[key] = (environment, servers, correlation_keys[start : start + length])
        start += length
    return entries if start == len(correlation_keys) else {}


def _are_entries(values: Collection[Any]) -> bool:
    """Return True if all values are entries with the lengths of their keys."""
    if not all(type(value) is list and len(value) == _FACTS for value in values):
        return False
    kinds = {(type(environment), type(servers), type(length)) for environment, servers, length in values}
    if not kinds <= {(str, int, int), (type(None), int, int)}:
        return False
    return all(
        0 <= servers <= _MAX_BYTES and 0 <= length <= _MAX_BYTES and length % _PAIR == 0
        for _, servers, length in values
    )
