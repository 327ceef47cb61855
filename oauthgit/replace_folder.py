"""Write several files of a folder in one step, so that all appear or none.

A copy of the folder is made beside it: unchanged files are hard links, the others are written. Then the copy and the folder
change places, which Linux and macOS do in one step. A killed process leaves the old folder or the new one, never a
mixture, and at most a hidden folder that the next run removes. Where a system or a file system cannot do this, or the
folder is somebody's working directory, the files are written one by one, and those that were written are undone after an
error.
"""

import ctypes
import errno
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from oauthgit.atomic_write.one_by_one import Contents, write_one_by_one
from oauthgit.model.formats.local_path import is_inside

STAGE: Final = ".oauthgit-import"
"""The name of the hidden folder beside the replaced one."""

_MARK: Final = ".oauthgit-stage"
"""The file in it that shows that oauthgit made it, so that it may be deleted."""
_HAS_DESCRIPTORS: Final = hasattr(os, "O_NOFOLLOW") and {os.open, os.link} <= os.supports_dir_fd
"""True if the system opens and locks folders; Windows does not."""
_ONLY_POSIX: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _ONLY_POSIX
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _ONLY_POSIX
_TEMPORARY: Final = re.compile(r"\.oauthgit-[0-9a-f]{16}\.tmp")
_MODE: Final = 0o644
_EXCHANGE: Final = 2
_IMPOSSIBLE: Final = frozenset(
    (
        *(errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.EBUSY, errno.EPERM, errno.EMLINK),
        *(errno.EOPNOTSUPP, errno.ENOTSUP),  # two numbers on macOS
    )
)


def replace_folder(
    root: str, folder: str, contents: Contents, stopped: Callable[[], bool] = lambda: False
) -> str | None:
    """Write files below ``folder``, all or none; return the reason for none.

    Nothing is written if a file no longer has its old content, or if ``stopped`` returns True before the last step.

    Raises:
        OSError: The disk is full, or a folder is not writable or is a link, or a folder of somebody else has the name of
            the hidden one. Nothing is written.

    """
    if not contents:
        return None
    root = os.path.realpath(root)
    if not _HAS_DESCRIPTORS:
        return write_one_by_one(root, contents, stopped)
    with _lock(root) as stage:
        if stage is None:
            return "another import is running here, so nothing was written; try again"
        if not is_inside(os.path.realpath(os.curdir), f"{root}/{folder}"):  # a shell would stay in the deleted folder
            try:
                return _exchange_copy(root, folder, stage, contents, stopped)
            except OSError as error:
                if error.errno not in _IMPOSSIBLE:
                    raise
        return write_one_by_one(root, contents, stopped)


@contextmanager
def _lock(root: str) -> Iterator[int | None]:
    """Yield a hidden folder, open, or None if another process has it.

    Raises:
        OSError: Somebody else made a folder or file of its name.

    """
    import fcntl  # Windows has none

    top = os.open(root, _FOLDER)
    try:
        with suppress(FileExistsError):
            os.mkdir(STAGE, 0o700, dir_fd=top)
        stage = os.open(STAGE, _FOLDER, dir_fd=top)
        try:
            try:
                fcntl.flock(stage, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            _empty(stage)  # of a process that was killed
            try:
                _write(stage, _MARK, b"", None)
                _write(stage, ".gitignore", b"*\n", None)
                yield stage
            finally:
                with suppress(OSError):  # the files are written, or the error is known; the next run removes the rest
                    _empty(stage)
                    os.rmdir(STAGE, dir_fd=top)
        finally:
            os.close(stage)
    finally:
        os.close(top)


def _empty(folder: int) -> None:
    """Delete the content of the hidden folder, its mark last."""
    names = os.listdir(folder)
    if names and _MARK not in names and not all(_TEMPORARY.fullmatch(name) for name in names):
        raise OSError(errno.EEXIST, "a folder of this name is in the way, and oauthgit did not make it; move it", STAGE)
    for name in sorted(names, key=_MARK.__eq__):
        if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            shutil.rmtree(name, dir_fd=folder)
        else:
            os.unlink(name, dir_fd=folder)


def _exchange_copy(root: str, folder: str, stage: int, contents: Contents, stopped: Callable[[], bool]) -> str | None:
    top = os.open(root, _FOLDER)
    try:
        is_new = not os.path.lexists(f"{root}/{folder}")
        if is_new:
            os.mkdir(folder, dir_fd=stage)
        elif not _is_folder(top, folder):
            raise OSError(errno.ELOOP, "it is a link or a file, and oauthgit does not write through links", folder)
        seen = {} if is_new else _list(top, folder)
        if not is_new:
            _copy_links(top, folder, stage)
        for path, (old, new) in contents.items():
            if reason := _put(stage, path, old, new):
                return reason
        if stopped():
            return "interrupted before anything was written"
        if is_new:
            os.rename(folder, folder, src_dir_fd=stage, dst_dir_fd=top)
            return None
        _exchange(stage, top, folder)
        if _list(stage, folder) != seen:
            _exchange(stage, top, folder)
            return f"{folder} was changed by another program meanwhile, so nothing was written; try again"
    finally:
        os.close(top)
    return None


def _copy_links(top: int, folder: str, stage: int) -> None:
    """Copy a folder with hard links for its files."""
    for path, inner, files, source in os.fwalk(folder, dir_fd=top, follow_symlinks=False):
        os.mkdir(path, dir_fd=stage)
        copy = os.open(path, _FOLDER, dir_fd=stage)
        try:
            os.fchmod(copy, stat.S_IMODE(os.fstat(source).st_mode))
            links = [name for name in inner if not _is_folder(source, name)]
            for name in (*files, *links):
                os.link(name, name, src_dir_fd=source, dst_dir_fd=copy, follow_symlinks=False)
        finally:
            os.close(copy)


def _is_folder(parent: int, name: str) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)


def _list(parent: int, folder: str) -> dict[str, tuple[int, ...]]:
    """Return what identifies each file of a folder, and its content."""
    found: dict[str, tuple[int, ...]] = {}
    for path, _, files, source in os.fwalk(folder, dir_fd=parent, follow_symlinks=False):
        for name in files:
            status = os.stat(name, dir_fd=source, follow_symlinks=False)
            found[f"{path}/{name}"] = status.st_ino, status.st_mtime_ns, status.st_size
    return found


def _put(stage: int, path: str, old: bytes | None, new: bytes) -> str | None:
    """Write a file into the copy; return a reason if it is not as it was."""
    *folders, name = path.split("/")
    folder = os.dup(stage)
    try:
        for each in folders:
            with suppress(FileExistsError):
                os.mkdir(each, dir_fd=folder)
            inner = os.open(each, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        status = None
        with suppress(FileNotFoundError):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if (None if status is None else _read(folder, name)) != old:
            return f"{path} was changed by another program meanwhile, so nothing was written; try again"
        _write(folder, name, new, status)
    finally:
        os.close(folder)
    return None


def _read(folder: int, name: str) -> bytes:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def _write(folder: int, name: str, content: bytes, old: os.stat_result | None) -> None:
    temporary = f".oauthgit-{secrets.token_hex(8)}.tmp"
    descriptor = os.open(temporary, _NEW_FILE, 0o600, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)
        if old is not None:
            with suppress(OSError):
                os.fchown(descriptor, old.st_uid, old.st_gid)
        os.fchmod(descriptor, _MODE if old is None else stat.S_IMODE(old.st_mode))
    os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _exchange(stage: int, top: int, folder: str) -> None:
    """Replace a folder by another, and that by the first, in one step.

    Raises:
        OSError: The system or the file system cannot do it.

    """
    library = ctypes.CDLL(None, use_errno=True)
    call = getattr(library, "renameat2", None) or getattr(library, "renameatx_np", None)
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    name = os.fsencode(folder)
    if call(stage, name, top, name, ctypes.c_uint(_EXCHANGE)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), folder)
