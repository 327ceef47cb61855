"""What is remembered of the islands of a large project: of those in which nothing was found, what others need to know."""

import marshal
from collections.abc import Iterable, Mapping
from typing import Any, Final

from oauthgit import remember
from oauthgit.model.workspace import Workspace
from oauthgit.pipeline.islands import Judged

_MOST: Final = 64 * 1024 * 1024


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
        self._now: dict[str, tuple[Any, ...]] = {}

    def recalled(self, islands: Iterable[Workspace], today: str) -> dict[int, Judged]:
        """Return what there is to say of the islands that are as they were, by their numbers; it is kept for the next run."""
        keys = {number: self.key(island, today) for number, island in enumerate(islands)}
        known = {number: key for number, key in keys.items() if key in self._before}
        self._now |= {key: self._before[key] for key in known.values()}
        return {number: _judged(*self._before[key]) for number, key in known.items()}

    def note(self, island: Workspace, today: str, result: Judged) -> None:
        """Note what there is to say of an island, if nothing was found in it, and if no comment in it speaks to this tool."""
        if not result.findings and not result.directed:
            known = (dict(each) for each in (result.links, result.environments, result.running))
            self._now[self.key(island, today)] = (*known, result.traces)

    def key(self, island: Workspace, today: str) -> str:
        """Return what stands for all that is said of an island on a day."""
        return self.snapshot.of((file.path for file in island.files), *self._words, today)

    def keep(self) -> None:
        """Write down what was noted, if that is more than was known, or less."""
        if self._now.keys() != self._before.keys():
            try:
                body = marshal.dumps(self._now)
            except ValueError:  # something is no plain text after all
                return
            remember.write(self._folder, self._file, body)

    @property
    def _file(self) -> str:
        return remember.file_of(self._folder, self.root, b"parts")

    def _known(self) -> dict[str, tuple[Any, ...]]:
        try:
            body = remember.whole(self._folder, self._file, _MOST)
            known: dict[str, tuple[Any, ...]] = marshal.loads(body) if body else {}  # noqa: S302 - private, and whole
        except (OSError, ValueError, EOFError, TypeError):
            return {}
        return known


def _judged(
    links: Mapping[str, str | None], environments: Mapping[str, str | None], running: Mapping[str, int], traces: bytes
) -> Judged:
    return Judged([], links, environments, running, (), traces)
