"""Describe an open folder: the only way in which files are written."""

import os
from typing import Final, Protocol, Self

LINK: Final = (
    "it, or one of its parent folders, is a symbolic link in the repository, and oauthgit does not write through links"
)


class Folder(Protocol):
    """Represent a folder without links below the place where it was opened.

    ``name`` is the name of a file in it. All members raise OSError, also for a link that is created meanwhile.
    """

    def enter(self, name: str, *, make: bool) -> None:
        """Open an inner folder instead, and create it before if ``make``."""

    def lstat(self, name: str) -> os.stat_result | None:
        """Return the status of a file or a link, or None if it is missing."""

    def is_link(self, name: str) -> bool:
        """Return True if a name stands for another place."""

    def open(self, name: str, flags: int, mode: int = 0o600) -> int:
        """Open a file that is no link, and return its descriptor."""

    def set_owner_and_mode(self, name: str, descriptor: int, owner: os.stat_result | None, mode: int) -> None:
        """Give an open file a mode, and if possible the owner of another."""

    def replace(self, temporary: str, name: str) -> None:
        """Rename a file in one step, over an existing one."""

    def link(self, temporary: str, name: str) -> None:
        """Give a file a second name; raise FileExistsError if this exists."""

    def remove(self, name: str) -> None:
        """Delete a file."""

    def flush(self) -> None:
        """Flush new names to disk, if the system can."""

    def __enter__(self) -> Self:
        """Return the folder."""

    def __exit__(self, *_: object) -> None:
        """Close the folder."""
