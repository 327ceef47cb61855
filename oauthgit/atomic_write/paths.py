"""Hold a folder by its path, where the system opens no folders (Windows).

Each step compares all folders of the path with those that were entered, before and after it. Somebody who exchanges a
folder for a link at this very moment is noticed, but a new file may be created behind the link.
"""

import os
import stat
import time
from contextlib import suppress
from errno import ELOOP, ENOTDIR
from typing import Final, Self

from oauthgit.atomic_write.folder import LINK

_FLAGS: Final = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)
_STANDS_FOR_ANOTHER: Final = 0x2000_0000
"""The bit of reparse points that are links, such as junctions; files in a cloud do not have it."""
_WAITS: Final = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between attempts to replace a file that a scanner or an editor holds open."""


class PathFolder:
    """Implement :class:`oauthgit.atomic_write.folder.Folder`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._entered = [(path, os.lstat(path))]

    def enter(self, name: str, *, make: bool) -> None:
        path = self._of(name)
        if make:
            with suppress(FileExistsError):
                os.mkdir(path)  # noqa: PTH102 - texts
        status = os.lstat(path)
        if _is_link(status):
            raise OSError(ELOOP, LINK)
        if not stat.S_ISDIR(status.st_mode):
            raise OSError(ENOTDIR, os.strerror(ENOTDIR))
        self._path = path
        self._entered.append((path, status))
        self._check()

    def lstat(self, name: str) -> os.stat_result | None:
        path = self._of(name)
        with suppress(FileNotFoundError):
            return os.lstat(path)
        return None

    def is_link(self, name: str) -> bool:
        found = self.lstat(name)
        return found is not None and _is_link(found)

    def open(self, name: str, flags: int, mode: int = 0o600) -> int:
        if self.is_link(name):
            raise OSError(ELOOP, LINK)
        path = self._of(name)
        descriptor = os.open(path, flags | _FLAGS, mode)
        try:
            _compare(path, os.fstat(descriptor))
            self._check()
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def set_owner_and_mode(self, name: str, descriptor: int, owner: os.stat_result | None, mode: int) -> None:  # noqa: ARG002 - these are for systems with owners
        os.chmod(self._of(name), mode)  # noqa: PTH101 - texts

    def replace(self, temporary: str, name: str) -> None:
        for seconds in (*_WAITS, None):
            try:
                os.replace(self._of(temporary), self._of(name))  # noqa: PTH105 - texts
                break
            except PermissionError:
                if seconds is None:
                    raise
                time.sleep(seconds)
        self._check()

    def link(self, temporary: str, name: str) -> None:
        os.link(self._of(temporary), self._of(name))
        self._check()

    def remove(self, name: str) -> None:
        os.unlink(self._of(name))  # noqa: PTH108 - texts

    def flush(self) -> None:
        """Do nothing: folders cannot be opened."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: no descriptor is open."""

    def _of(self, name: str) -> str:
        """Return the path of a name after a check of the folders."""
        self._check()
        return os.path.join(self._path, name)  # noqa: PTH118 - texts

    def _check(self) -> None:
        for path, entered in self._entered:
            _compare(path, entered)


def _compare(path: str, known: os.stat_result) -> None:
    """Raise OSError if a path is a link, or leads to another file than the known one."""
    now = os.lstat(path)
    if _is_link(now) or not os.path.samestat(now, known):
        raise OSError(ELOOP, LINK)


def _is_link(status: os.stat_result) -> bool:
    tag: int = getattr(status, "st_reparse_tag", 0)
    return stat.S_ISLNK(status.st_mode) or tag & _STANDS_FOR_ANOTHER != 0
