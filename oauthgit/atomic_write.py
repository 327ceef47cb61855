"""Replace or create a file in one step; follow no links of the working tree.

The working tree is untrusted: a file in it, or one of its parent folders, may be a link to any file that the user can
write to. So folders are opened one by one without following links, and all further work uses the descriptor of the opened
folder. A link that is created meanwhile is an error as well. Links outside of the working tree belong to the user and are
followed.
"""

import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from errno import EEXIST, ELOOP
from pathlib import Path
from typing import Final

from oauthgit.model.checkout import checkout_of, is_inside

_NEW: Final = 0o644
"""The mode of a new file: its content is as public as the repository."""
_STREAMS: Final = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")
_FOLDER: Final = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_LINKS: Final = 40
_LINK: Final = (
    "it, or one of its parent folders, is a symbolic link in the repository, and oauthgit does not write through links"
)


def write_file(path: str, text: str, *, root: str) -> None:
    """Write ``text`` to a file that the user named, in one step.

    A file that is not regular, such as a pipe, is written to directly. ``root`` is in the working tree whose links are
    not followed. Mode and owner of an existing file are kept.

    Raises:
        OSError: The file cannot be written, or a link of the working tree leads to it. It is unchanged.

    """
    content = text.encode()
    if _is_stream(path):
        with open(path, "wb") as stream:  # noqa: PTH123 - a descriptor of this process
            stream.write(content)
        return
    with _errors_of(path), _named_folder(path, root) as (folder, name):
        old = _status(folder, name)
        if old is None or stat.S_ISREG(old.st_mode):
            _put(folder, name, content, old)
        else:
            with os.fdopen(os.open(name, os.O_WRONLY | os.O_NOFOLLOW, dir_fd=folder), "wb") as stream:
                stream.write(content)


def append_file(path: str, text: str, *, root: str) -> None:
    """Append ``text`` to a file that a CI system named.

    Parameters and errors are those of :func:`write_file`.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    with _errors_of(path), _named_folder(path, root) as (folder, name):
        _status(folder, name)
        with os.fdopen(os.open(name, flags, _NEW, dir_fd=folder), "ab") as stream:
            stream.write(text.encode())


def check_file(path: str, *, root: str) -> None:
    """Raise the OSError of :func:`write_file` for a link or a missing folder."""
    if not _is_stream(path):
        with _errors_of(path), _named_folder(path, root) as (folder, name):
            _status(folder, name)


def replace_file(root: str, file: str, content: bytes, *, replaces: bytes | None) -> str | None:
    """Write ``content`` to ``file`` below ``root`` in one step; keep mode and owner.

    If the file no longer contains ``replaces`` (None: if it exists), it is left unchanged and the reason is returned.

    Raises:
        OSError: The disk is full, the folder is not writable, or the path contains a link. The file is unchanged.

    """
    *folders, name = file.split("/")
    with _errors_of(file), _open_folders(os.path.realpath(root), folders) as folder:
        old = _status(folder, name)
        if (None if old is None else _content(folder, name)) != replaces:
            return f"{file} was changed by another program meanwhile, so nothing was written; try again"
        _put(folder, name, content, old)
    return None


def create_file(root: str, file: str, content: bytes) -> bool:
    """Create ``file`` below ``root`` with its folders; return False if it exists.

    Raises:
        OSError: The disk is full, or a folder is not writable or is a link. No file is created.

    """
    *folders, name = file.split("/")
    try:
        with _errors_of(f"{root}/{file}"), _open_folders(os.path.realpath(root), folders, make=True) as folder:
            _put(folder, name, content, None, _link)
    except FileExistsError:
        return False
    return True


@contextmanager
def _errors_of(path: str) -> Iterator[None]:
    """Replace the temporary file in errors by the file that was to be written."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None


def _is_stream(path: str) -> bool:
    return os.path.abspath(path).startswith(_STREAMS)  # noqa: PTH100 - as written, links kept


@contextmanager
def _named_folder(path: str, root: str) -> Iterator[tuple[int, str]]:
    """Open the folder of a file, after resolving links outside of the working tree."""
    real = _resolve(Path(path).absolute(), checkout_of(root))
    with _open_folders(os.sep, real.parent.parts[1:]) as folder:
        yield folder, real.name


def _resolve(path: Path, tree: str) -> Path:
    """Follow links as the kernel does; raise OSError for a link inside ``tree``."""
    left = [*reversed(path.parts)]
    here, links = Path(os.sep), 0
    while left:
        part = left.pop()
        there = here.parent if part == os.pardir else here / part
        if not there.is_symlink():
            here = there
            continue
        links += 1
        if is_inside(str(here), tree) or links > _MOST_LINKS:
            raise OSError(ELOOP, _LINK)
        left += reversed(there.readlink().parts)
    return here


@contextmanager
def _open_folders(root: str, folders: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """Open ``root`` and then each of ``folders`` without following links."""
    descriptor = os.open(root, _FOLDER)
    try:
        for name in folders:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=descriptor)
            inner = _inner(descriptor, name)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _inner(folder: int, name: str) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except OSError:
        _status(folder, name)
        raise


def _status(folder: int, name: str) -> os.stat_result | None:
    """Return the status of a file, or None if it is missing; a link is an error."""
    found = _lstat(folder, name)
    if found is not None and stat.S_ISLNK(found.st_mode):
        raise OSError(ELOOP, _LINK)
    return found


def _lstat(folder: int, name: str) -> os.stat_result | None:
    with suppress(FileNotFoundError):
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    return None


def _content(folder: int, name: str) -> bytes:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def _rename(temporary: str, name: str, folder: int) -> None:
    os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _link(temporary: str, name: str, folder: int) -> None:
    """Give a file its final name by a hard link, which fails if the name exists."""
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no hard links. The time between this check and the rename is very short.
        if _lstat(folder, name) is not None:
            raise FileExistsError(EEXIST, os.strerror(EEXIST), name) from None
        _rename(temporary, name, folder)


def _put(
    folder: int, name: str, content: bytes, old: os.stat_result | None, give: Callable[[str, str, int], None] = _rename
) -> None:
    """Write a temporary file with the mode and owner of ``old``, then rename it."""
    temporary = f".oauthgit-{secrets.token_hex(8)}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
            if old is not None:
                with suppress(OSError):
                    os.fchown(descriptor, old.st_uid, old.st_gid)
            os.fchmod(descriptor, _NEW if old is None else stat.S_IMODE(old.st_mode))
        give(temporary, name, folder)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
    _flush(folder)


def _flush(folder: int) -> None:
    """Flush the new name to disk, if the file system can."""
    with suppress(OSError):
        descriptor = os.open(os.curdir, os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
