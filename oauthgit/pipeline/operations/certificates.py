"""Compare the certificates of the policy with those of a commit.

One file name may hold different certificates.
"""

import os.path
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from oauthgit.discover.git import Commit, GitError
from oauthgit.discover.layout import CONFIGS
from oauthgit.model.formats.local_path import relative_path

_MAX_BYTES: Final = 16 * 1024 * 1024


def have_changed(file: str, base: Commit) -> bool:
    """Return True if the policy's ``ca_file`` has other bytes or links in ``base``.

    Files outside of the repository are not compared. A removed file grants nothing.

    Raises:
        GitError: The commit cannot be read.

    """
    for path, now in _read_here(base.repository.root.resolve(), file):
        try:
            base.repository.within(path)
        except GitError:
            continue  # it is no part of the change
        if base.read([path], _MAX_BYTES).get(path) != now:
            return True
    return False


def _read_here(root: Path, file: str) -> Iterator[tuple[str, bytes]]:
    """Yield the path from ``root`` and the content of a file and its links."""
    way = Path(os.path.abspath(root / CONFIGS / file))  # noqa: PTH100 - links in the way are left as they are
    real = way.resolve()
    for link in (way, *way.parents):
        if link.is_symlink():
            yield relative_path(str(link), str(root)), os.fsencode(link.readlink())
    if real.is_file():
        with suppress(OSError), real.open("rb") as opened:
            yield relative_path(str(real), str(root)), opened.read(_MAX_BYTES + 1)
