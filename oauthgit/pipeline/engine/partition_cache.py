"""Cache the evaluations of clean partitions on disk.

A cached evaluation holds what other partitions are compared with.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from oauthgit import cache
from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import File
from oauthgit.snapshot import Snapshot

_MAX_BYTES: Final = 64 * 1024 * 1024
_PARTS: Final = 4
_TEXTS: Final = frozenset((str, type(None)))
_SURROGATE: Final = b"\\ud"

Entry = tuple[Mapping[str, str | None], Mapping[str, str | None], Mapping[str, int], bytes]
"""The parents, environments, servers and correlation keys of a partition."""


class PartitionCache:
    """Hold the evaluations of an earlier run, and those to keep from this run.

    ``words`` are the inputs of all evaluations besides files and the day.
    """

    def __init__(self, folder: str, root: str, snapshot: Snapshot, *words: str) -> None:
        self.root = root
        self.snapshot = snapshot
        self._folder = folder
        self._words = words
        self._before = self._known()
        self._now: dict[str, Entry] = {}

    def get_all(self, keys: Sequence[str]) -> dict[int, Evaluation]:
        """Return the known evaluations by the numbers of their keys, and keep them."""
        known = {number: key for number, key in enumerate(keys) if key in self._before}
        self._now |= {key: self._before[key] for key in known.values()}
        return {number: _evaluation(*self._before[key]) for number, key in known.items()}

    def put_all(self, evaluations: Mapping[str, Evaluation]) -> None:
        """Keep the evaluations without findings and without comments that suppress any."""
        for key, each in evaluations.items():
            if not each.findings and not each.commented:
                facts = dict(each.parents), dict(each.environments), dict(each.servers)
                self._now[key] = (*facts, each.correlation_keys)

    def key(self, files: Iterable[File], today: str) -> str:
        """Return what stands for the evaluation of files on a day."""
        return self.snapshot.of((file.path for file in files), *self._words, today)

    def keep(self) -> None:
        """Write down what was noted, if that is more than was known, or less."""
        if self._now.keys() != self._before.keys():
            cache.write(self._folder, self._file, pack(self._now))

    @property
    def _file(self) -> str:
        return cache.file_of(self._folder, self.root, b"parts 2")

    def _known(self) -> dict[str, Entry]:
        try:
            return unpack(cache.read_verified(self._folder, self._file, _MAX_BYTES))
        except OSError:
            return {}


def pack(entries: Mapping[str, Entry]) -> bytes:
    """Return entries as bytes: JSON with the length of each block, then the blocks."""
    head = {key: (*entry[:-1], len(entry[-1])) for key, entry in entries.items()}
    return b"\n".join(
        (json.dumps(head, separators=(",", ":")).encode(), b"".join(entry[-1] for entry in entries.values()))
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
    if not isinstance(stated, dict) or not all(map(_is_entry, stated.values())):
        return {}
    entries, start = {}, 0
    for key, (links, environments, running, length) in stated.items():
        entries[key] = (links, environments, running, correlation_keys[start : start + length])
        start += length
    return entries if start == len(correlation_keys) else {}


def _is_entry(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != _PARTS or not all(isinstance(part, dict) for part in value[:-1]):
        return False
    links, environments, running, length = value
    kinds = (*map(type, links.values()), *map(type, environments.values()))
    numbers = (*running.values(), length)
    return _TEXTS.issuperset(kinds) and all(type(number) is int and 0 <= number <= _MAX_BYTES for number in numbers)


def _evaluation(
    parents: Mapping[str, str | None], environments: Mapping[str, str | None], servers: Mapping[str, int], keys: bytes
) -> Evaluation:
    return Evaluation((), parents, environments, servers, (), keys)
