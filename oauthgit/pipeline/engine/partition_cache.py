"""What is remembered of the islands of a large project: of those in which nothing was found, what others need to know."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from oauthgit import remember
from oauthgit.model.workspace import Workspace
from oauthgit.pipeline.evaluate import Judged

_MOST: Final = 64 * 1024 * 1024
_PARTS: Final = 4
_TEXTS: Final = frozenset((str, type(None)))
_SURROGATE: Final = b"\\ud"

Entry = tuple[Mapping[str, str | None], Mapping[str, str | None], Mapping[str, int], bytes]
"""The links, environments, running targets and traces of an island."""


class Parts:
    """What an earlier run noted of a project's islands, and what this one notes in its place.

    ``words`` are what all that is said depends on, besides files and the day.
    """

    def __init__(self, folder: str, root: str, snapshot: remember.Snapshot, *words: str) -> None:
        self.root = root
        self.snapshot = snapshot
        self._folder = folder
        self._words = words
        self._before = self._known()
        self._now: dict[str, Entry] = {}

    def recalled(self, islands: Iterable[Workspace], today: str) -> dict[int, Judged]:
        """Return what there is to say of the islands that are as they were, by their numbers; it is kept for the next run."""
        keys = {number: self.key(island, today) for number, island in enumerate(islands)}
        known = {number: key for number, key in keys.items() if key in self._before}
        self._now |= {key: self._before[key] for key in known.values()}
        return {number: _judged(*self._before[key]) for number, key in known.items()}

    def note(self, island: Workspace, today: str, result: Judged) -> None:
        """Note what there is to say of an island, if nothing was found in it, and if no comment in it speaks to this tool."""
        if not result.findings and not result.directed:
            links, environments, running = dict(result.links), dict(result.environments), dict(result.running)
            self._now[self.key(island, today)] = (links, environments, running, result.traces)

    def key(self, island: Workspace, today: str) -> str:
        """Return what stands for all that is said of an island on a day."""
        return self.snapshot.of((file.path for file in island.files), *self._words, today)

    def keep(self) -> None:
        """Write down what was noted, if that is more than was known, or less."""
        if self._now.keys() != self._before.keys():
            remember.write(self._folder, self._file, pack(self._now))

    @property
    def _file(self) -> str:
        return remember.file_of(self._folder, self.root, b"parts 2")

    def _known(self) -> dict[str, Entry]:
        try:
            return unpack(remember.whole(self._folder, self._file, _MOST))
        except OSError:
            return {}


def pack(entries: Mapping[str, Entry]) -> bytes:
    """Return entries as bytes: a line of JSON that ends with how long the traces of each are, and these one after another."""
    head = {key: (*entry[:-1], len(entry[-1])) for key, entry in entries.items()}
    return b"\n".join(
        (json.dumps(head, separators=(",", ":")).encode(), b"".join(entry[-1] for entry in entries.values()))
    )


def unpack(body: bytes) -> dict[str, Entry]:
    """Return the entries that :func:`pack` made bytes of; nothing, where these are any others."""
    head, found, traces = body.partition(b"\n")
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
        entries[key] = (links, environments, running, traces[start : start + length])
        start += length
    return entries if start == len(traces) else {}


def _is_entry(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != _PARTS or not all(isinstance(part, dict) for part in value[:-1]):
        return False
    links, environments, running, length = value
    kinds = (*map(type, links.values()), *map(type, environments.values()))
    numbers = (*running.values(), length)
    return _TEXTS.issuperset(kinds) and all(type(number) is int and 0 <= number <= _MOST for number in numbers)


def _judged(
    links: Mapping[str, str | None], environments: Mapping[str, str | None], running: Mapping[str, int], traces: bytes
) -> Judged:
    return Judged([], links, environments, running, (), traces)
