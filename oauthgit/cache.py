"""Cache results of checks without findings, under a digest of all their inputs.

An entry is the one line of output of a run without findings or, for a large project, the evaluation of a partition
without findings. Such files contain no plaintext secret, however the policy grades findings, so no entry is derived from
a secret. The folder is private. A folder or file of uncertain ownership is neither read nor written: then everything is
checked, and the output is the same.

This module imports only modules that load fast.
"""

import os
import stat

from oauthgit.model.formats.digest import blake2b
from oauthgit.model.formats.mention import mentioning

TYPE_CHECKING = False  # as in typing, which takes time to load
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

VERSION = b"oauthgit 1"
ENTRIES = 32
"""Maximum number of cached runs of one folder: a hook may be called with different paths."""
_LARGEST = 1024 * 1024
_PIECE = 16 * 1024
_LIKE_SOPS_RULES = (".sops.yaml", ".sops.yml")
_WORKFLOWS = ".github/workflows"
_FLAGS = os.O_RDONLY | sum(getattr(os, f"O_{flag}", 0) for flag in ("NOFOLLOW", "NONBLOCK", "CLOEXEC", "BINARY"))
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


def root_of(folder: str) -> str | None:
    """Return the nearest folder at or above an absolute one that contains ``configs``."""
    return _nearest(folder, "configs", os.path.isdir)


def repository_of(root: str) -> str:
    """Return the nearest folder at or above ``root`` that has ``.git``, else ``root``."""
    return _nearest(root, ".git", os.path.lexists) or root


def _nearest(folder: str, name: str, is_there: "Callable[[str], bool]") -> str | None:
    while not is_there(f"{folder}/{name}"):
        below, folder = folder, os.path.dirname(folder)  # noqa: PTH120 - as above
        if folder == below:
            return None
    return folder


class Snapshot:
    """Hold the files that discover reads, by path and in its order, with digests."""

    def __init__(self, contents: "dict[str, bytes]") -> None:
        self.contents = contents
        self.digests = {path: blake2b(content, digest_size=32).digest() for path, content in self.contents.items()}
        self.state = self.of(self.digests)

    def of(self, paths: "Iterable[str]", *words: str) -> str:
        """Return a digest of some of the files in this order, and of ``words``."""
        paths = list(paths)
        contents = b"".join([self.digests[path] for path in paths])
        return digest(contents, os.fsencode("\0".join(paths)), *map(os.fsencode, words))


def read_disk(root: str) -> Snapshot | None:
    """Return the files that discover reads below ``root``; None for unusual files.

    These are links, special files, submodules and files that are too large.
    """
    try:
        modules = f"{repository_of(root)}/.gitmodules"
        if os.path.lexists(modules) and b"configs" in _content(modules):
            return None  # the files of a submodule are not all that a check depends on
        paths = sorted(_yaml(root, "configs"))
        rules = _sops_rules(root)
        workflows = {path: _content(f"{root}/{path}") for path in _workflows(root)}
        ours = {path: workflows[path] for path in mentioning(workflows)}
        return Snapshot(ours | {path: _content(f"{root}/{path}") for path in (*rules, *paths)})
    except OSError:
        return None


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
        body = read_verified(folder, file_of(folder, root), _LARGEST)
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
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
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


def _yaml(root: str, top: str) -> "Iterator[str]":
    """Yield the paths of YAML files as discover does; raise OSError for unusual files."""
    if os.path.islink(f"{root}/{top}"):  # noqa: PTH114 - as above
        raise PermissionError
    folders = [top]
    while folders:
        folder = folders.pop()
        with os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                name = entry.name
                if name == ".git" or name.lower() in _LIKE_SOPS_RULES:  # a submodule, or rules that sops ignores
                    raise PermissionError
                if name[0] == ".":
                    continue
                if entry.is_file(follow_symlinks=False):
                    if name.lower().endswith((".yaml", ".yml")):
                        yield f"{folder}/{name}"
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(f"{folder}/{name}")
                elif entry.is_symlink() or name.lower().endswith((".yaml", ".yml")):
                    raise PermissionError


def _sops_rules(root: str) -> list[str]:
    """Return the path of the nearest SOPS creation rules, as discover does.

    Raises:
        OSError: A file of a similar name exists beside it, or it is not a regular file.

    """
    path, folder, top = "", root, repository_of(root)
    while True:
        found = [f"{path}{name}" for name in _LIKE_SOPS_RULES if os.path.lexists(f"{folder}/{name}")]
        if found or folder == top:
            break
        path, folder = f"../{path}", os.path.dirname(folder)  # noqa: PTH120 - as above
    if found and (
        found != [f"{path}{_LIKE_SOPS_RULES[0]}"] or not stat.S_ISREG(os.lstat(f"{root}/{found[0]}").st_mode)
    ):
        raise PermissionError
    return found


def _workflows(root: str) -> "list[str]":
    """Return the paths of GitHub workflows; raise OSError for links and special files."""
    for folder in (".github", _WORKFLOWS):
        if os.path.islink(f"{root}/{folder}"):  # noqa: PTH114 - as above
            raise PermissionError
    if not os.path.isdir(f"{root}/{_WORKFLOWS}"):  # noqa: PTH112 - as above
        return []
    with os.scandir(f"{root}/{_WORKFLOWS}") as entries:
        files = [entry for entry in entries if entry.name.lower().endswith((".yaml", ".yml"))]
        if not all(entry.is_file(follow_symlinks=False) for entry in files):
            raise PermissionError
    return sorted(f"{_WORKFLOWS}/{entry.name}" for entry in files)


def _content(path: str) -> bytes:
    """Return the content of a file whose folder lists it as a regular file.

    A further ``fstat`` of the file would take a quarter of the time of a cached run.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        content = part = os.read(descriptor, _PIECE)
        while len(part) == _PIECE and len(content) <= _LARGEST:
            part = os.read(descriptor, _PIECE)
            content += part
    finally:
        os.close(descriptor)
    if len(content) > _LARGEST:
        raise PermissionError
    return content
