"""Replace or create a file in one step; follow no links of the working tree.

The working tree is untrusted: a file in it, or one of its parent folders, may be a link to any file that the user can
write to. So folders are entered one by one without following links, and all further work uses the entered folder
(``descriptors.py``, or ``paths.py`` where the system has no descriptors of folders). A link that is created meanwhile is an
error as well. Links outside of the working tree belong to the user and are followed.
"""

import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from errno import EEXIST, ELOOP
from pathlib import Path
from typing import Final

from oauthgit.atomic_write.folder import LINK, Folder
from oauthgit.model.checkout import checkout_of
from oauthgit.model.formats.local_path import is_inside

_NEW: Final = 0o644
"""The mode of a new file: its content is as public as the repository."""
_STREAMS: Final = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/", "\\\\.\\")
"""The beginnings of paths of streams; the last is that of devices on Windows, such as NUL."""
_DESCRIPTORS: Final = {"/dev/stdout": 1, "/dev/stderr": 2} if os.name == "nt" else {}
"""Names of streams that the system does not have, and that users know from others."""
_MOST_LINKS: Final = 40
_HAS_DESCRIPTORS: Final = hasattr(os, "O_NOFOLLOW") and {os.open, os.link} <= os.supports_dir_fd
"""True if the system opens folders; Windows does not."""


def write_file(path: str, text: str, *, root: str) -> None:
    """Write ``text`` to a file that the user named, in one step.

    A file that is not regular, such as a pipe, is written to directly. ``root`` is in the working tree whose links are
    not followed. Mode and owner of an existing file are kept.

    Raises:
        OSError: The file cannot be written, or a link of the working tree leads to it. It is unchanged.

    """
    content = text.encode()
    if _is_stream(path):
        with open(_open_stream(path), "wb") as stream:
            stream.write(content)
        return
    with _errors_of(path), _named_folder(path, root) as (folder, name):
        old = _status(folder, name)
        if old is None or stat.S_ISREG(old.st_mode):
            _put(folder, name, content, old)
        else:
            with os.fdopen(folder.open(name, os.O_WRONLY), "wb") as stream:
                stream.write(content)


def append_file(path: str, text: str, *, root: str) -> None:
    """Append ``text`` to a file that a CI system named.

    Parameters and errors are those of :func:`write_file`.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    with _errors_of(path), _named_folder(path, root) as (folder, name):
        _status(folder, name)
        with os.fdopen(folder.open(name, flags, _NEW), "ab") as stream:
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
            _put(folder, name, content, None, new=True)
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
    return path in _DESCRIPTORS or os.path.abspath(path).startswith(_STREAMS)  # noqa: PTH100 - as written, links kept


def _open_stream(path: str) -> int:
    return os.dup(_DESCRIPTORS[path]) if path in _DESCRIPTORS else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)


@contextmanager
def _named_folder(path: str, root: str) -> Iterator[tuple[Folder, str]]:
    """Open the folder of a file, after resolving links outside of the working tree."""
    real = _resolve(Path(path).absolute(), checkout_of(root))
    with _open_folders(real.anchor, real.parent.parts[1:]) as folder:
        yield folder, real.name


def _resolve(path: Path, tree: str) -> Path:
    """Follow links as the kernel does; raise OSError for a link inside ``tree``."""
    left = [*reversed(path.parts)]
    here, links = Path(path.anchor), 0
    while left:
        part = left.pop()
        there = here.parent if part == os.pardir else here / part
        if not there.is_symlink():
            here = there
            continue
        links += 1
        if is_inside(str(here), tree) or links > _MOST_LINKS:
            raise OSError(ELOOP, LINK)
        left += reversed(_target(there).parts)
    return here


def _target(link: Path) -> Path:
    """Return the target of a link, on Windows without the mark of long paths."""
    target = os.readlink(link)  # noqa: PTH115 - a text
    return Path(target.removeprefix("\\\\?\\") if os.name == "nt" else target)


@contextmanager
def _open_folders(root: str, folders: Sequence[str], *, make: bool = False) -> Iterator[Folder]:
    """Open ``root`` and then each of ``folders`` without following links."""
    with _open_folder(root) as folder:
        for name in folders:
            try:
                folder.enter(name, make=make)
            except OSError:
                _status(folder, name)
                raise
        yield folder


def _open_folder(path: str) -> Folder:
    if _HAS_DESCRIPTORS:
        from oauthgit.atomic_write.descriptors import DescriptorFolder

        return DescriptorFolder(path)
    from oauthgit.atomic_write.paths import PathFolder

    return PathFolder(path)


def _status(folder: Folder, name: str) -> os.stat_result | None:
    """Return the status of a file, or None if it is missing; a link is an error."""
    if folder.is_link(name):
        raise OSError(ELOOP, LINK)
    return folder.lstat(name)


def _content(folder: Folder, name: str) -> bytes:
    with os.fdopen(folder.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
        return stream.read()


def _put(folder: Folder, name: str, content: bytes, old: os.stat_result | None, *, new: bool = False) -> None:
    """Write a temporary file with the mode and owner of ``old``, then rename it.

    If the file must be ``new``, an existing one is a FileExistsError.
    """
    temporary = f".oauthgit-{secrets.token_hex(8)}.tmp"
    descriptor = folder.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
            folder.set_owner_and_mode(temporary, descriptor, old, _NEW if old is None else stat.S_IMODE(old.st_mode))
        if new:
            _link(folder, temporary, name)
        else:
            folder.replace(temporary, name)
    finally:
        with suppress(FileNotFoundError):
            folder.remove(temporary)
    folder.flush()


def _link(folder: Folder, temporary: str, name: str) -> None:
    """Give a file its final name by a hard link, which fails if the name exists."""
    try:
        folder.link(temporary, name)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no hard links. The time between this check and the rename is very short.
        if folder.lstat(name) is not None:
            raise FileExistsError(EEXIST, os.strerror(EEXIST), name) from None
        folder.replace(temporary, name)
