"""Cache results of checks without findings, under a digest of all their inputs.

An entry is the one line of output of a run without findings or, for a large project, the facts about a layer
without findings. Such files contain no plaintext secret, however the policy grades findings, so no entry is derived from
a secret. The folder is private. A folder or file of uncertain ownership is neither read nor written: then everything is
checked, and the output is the same.

This module imports only modules that load fast.
"""

import os
import stat

from oauthgit.model.formats.digest import blake2b

VERSION = b"oauthgit 1"
ENTRIES = 32
"""Maximum number of cached runs of one folder: a hook may be called with different paths."""
LARGEST = 1024 * 1024
# Some systems lack some of the flags. Without O_NONBLOCK, opening a FIFO waits for a writer.
READ_FLAGS = os.O_RDONLY | sum(getattr(os, f"O_{flag}", 0) for flag in ("NOFOLLOW", "NONBLOCK", "CLOEXEC", "BINARY"))
_NOT_OURS = stat.S_IRWXG | stat.S_IRWXO


def digest(*parts: bytes) -> str:
    """Return a digest of ``parts`` and of their boundaries (64 hexadecimal digits)."""
    made = blake2b(digest_size=32)
    for part in parts:
        made.update(len(part).to_bytes(8))
        made.update(part)
    return made.hexdigest()


def program_digest(version: str) -> str:
    """Return a digest of this program.

    It covers the version, and the name, size and time of every file of the package.
    """
    top = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib would take a third of the time of a cached run
    found = []
    folders = [top, os.path.join(os.path.dirname(top), "schema")]  # noqa: PTH118, PTH120 - as above
    while folders:
        folder = folders.pop()
        if not os.path.isdir(folder):  # noqa: PTH112 - as above; an installed package contains its schemas itself
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders += [entry.path] * (entry.name != "__pycache__")
                else:
                    status = entry.stat()
                    found.append(os.fsencode(f"{entry.path} {status.st_size} {status.st_mtime_ns}"))
    return digest(VERSION, version.encode(), *sorted(found))


def get(folder: str, root: str, key: str) -> str | None:
    """Return the text cached under ``key`` for ``root`` in ``folder``, or None."""
    return _entries(folder, root).get(key)


def put(folder: str, root: str, key: str, text: str) -> None:
    """Cache ``text`` under ``key`` if the folder is private and writable."""
    entries = _entries(folder, root)
    if entries.get(key) == text or "\n" in text:
        return
    entries.pop(key, None)
    lines = [f"{known} {kept}" for known, kept in [*entries.items(), (key, text)][-ENTRIES:]]
    write(folder, file_of(folder, root), "\n".join(lines).encode())


def write(folder: str, target: str, body: bytes) -> None:
    """Write ``body`` with its digest in one step if the folder is private."""
    temporary = f"{target}.{os.getpid()}"
    try:
        if not _is_private(folder):
            os.makedirs(folder, mode=0o700)  # noqa: PTH103 - as above
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(f"{digest(body)}\n".encode() + body)
            os.replace(temporary, target)  # noqa: PTH105 - as above
        except OSError:
            os.unlink(temporary)  # noqa: PTH108 - as above
    except OSError:
        return  # the cache only saves time


def _entries(folder: str, root: str) -> dict[str, str]:
    """Return the cached texts for ``root`` by key, the latest last.

    A file that is truncated, foreign or of another version has no entries.
    """
    try:
        body = read_verified(folder, file_of(folder, root), LARGEST)
        pairs = (line.partition(" ") for line in body.decode().split("\n")) if body else ()
        return {key: text for key, _, text in pairs}
    except (OSError, ValueError):
        return {}


def read_verified(folder: str, path: str, largest: int) -> bytes:
    """Return the body that :func:`write` wrote to a file; empty if its digest differs."""
    check, _, body = _private_content(folder, path, largest).partition(b"\n")
    return body if check == digest(body).encode() else b""


def file_of(folder: str, root: str, *words: bytes) -> str:
    """Return the path of the cache file for ``root`` and ``words`` in ``folder``."""
    return f"{folder}/{digest(VERSION, *words, os.fsencode(root))}"


def _private_content(folder: str, path: str, largest: int) -> bytes:
    if not _is_private(folder):
        raise PermissionError
    with os.fdopen(os.open(path, READ_FLAGS), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or not _is_ours(status) or status.st_size > largest:
            raise PermissionError
        return file.read(status.st_size + 1)


def _is_private(folder: str) -> bool:
    """Return True if a folder is private to this user, False if it is missing.

    Raises:
        PermissionError: It is a link, belongs to another user, or other users have access.

    """
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(status.st_mode) or not _is_ours(status):
        raise PermissionError
    return True


def _is_ours(status: os.stat_result) -> bool:
    return hasattr(os, "geteuid") and status.st_uid == os.geteuid() and not status.st_mode & _NOT_OURS
