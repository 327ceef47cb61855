"""Find who committed lines of a file, and the commit that changed a file last."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from oauthgit.discover.git import Repository
from oauthgit.model.page import Author

_LINE: Final = re.compile(
    rb"^(?:[0-9a-f]{40}|[0-9a-f]{64}) [0-9]+ (?P<line>[0-9]+).*\nauthor (?P<name>.*)\n(?:.+\n)*?author-time (?P<time>[0-9]+)$",
    re.MULTILINE,
)
_LINES: Final = 200
"""Most lines of one file whose authors are looked up."""


def has_whole_history(repository: Repository) -> bool:
    """Return True if no commit was cut off, as in a shallow clone.

    Raises:
        GitError: The repository cannot be read.

    """
    return repository.run(("rev-parse", "--is-shallow-repository")).stdout.strip() == b"false"


def find_last_commit(repository: Repository, commit: str, path: str) -> str:
    """Return the last commit up to ``commit`` that changed a file, or an empty text.

    Raises:
        GitError: The repository cannot be read.

    """
    found = repository.run(("rev-list", "-1", commit, "--", repository.within(path)))
    return found.stdout.decode("ascii", "replace").strip() if found.returncode == 0 else ""


def find_authors(repository: Repository, commit: str, path: str, lines: Iterable[int]) -> dict[int, Author]:
    """Return the authors of lines of a file in ``commit``.

    No program of the repository is started.

    Raises:
        GitError: The repository cannot be read.

    """
    ranges = [f"-L{line},{line}" for line in sorted(set(lines))[:_LINES]]
    options = ("blame", "--line-porcelain", "--no-textconv", "--root", *ranges)
    found = repository.run((*options, commit, "--", repository.within(path)))
    if found.returncode:
        return {}
    return {
        int(match["line"]): Author(match["name"].decode("utf-8", "replace"), _day(int(match["time"])))
        for match in _LINE.finditer(found.stdout)
    }


def _day(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return ""
