"""Hold a folder by its descriptor, as Linux and macOS can: nobody can exchange it."""

import os
import stat
from contextlib import suppress
from typing import Final, Self

_FOLDER: Final = (
    getattr(os, "O_PATH", os.O_RDONLY)
    | getattr(os, "O_DIRECTORY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


class DescriptorFolder:
    """Implement :class:`oauthgit.atomic_write.folder.Folder`."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, _FOLDER)

    def enter(self, name: str, *, make: bool) -> None:
        if make:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=self._descriptor)
        inner = os.open(name, _FOLDER, dir_fd=self._descriptor)
        os.close(self._descriptor)
        self._descriptor = inner

    def lstat(self, name: str) -> os.stat_result | None:
        with suppress(FileNotFoundError):
            return os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)
        return None

    def is_link(self, name: str) -> bool:
        found = self.lstat(name)
        return found is not None and stat.S_ISLNK(found.st_mode)

    def open(self, name: str, flags: int, mode: int = 0o600) -> int:
        return os.open(name, flags | os.O_NOFOLLOW, mode, dir_fd=self._descriptor)

    def set_owner_and_mode(self, name: str, descriptor: int, owner: os.stat_result | None, mode: int) -> None:  # noqa: ARG002 - its name is not needed
        if owner is not None:
            with suppress(OSError):
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.fchmod(descriptor, mode)

    def replace(self, temporary: str, name: str) -> None:
        os.replace(temporary, name, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def link(self, temporary: str, name: str) -> None:
        os.link(temporary, name, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def remove(self, name: str) -> None:
        os.unlink(name, dir_fd=self._descriptor)

    def flush(self) -> None:
        with suppress(OSError):
            descriptor = os.open(os.curdir, os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._descriptor)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)
