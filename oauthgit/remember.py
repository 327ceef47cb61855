"""What was checked before and had nothing wrong with it: such a run need not be repeated while nothing has changed.

Kept is one line of output under a digest of all that it depends on, and only of a run that reported nothing and in whose
files no secret can be plain, whatever the policy says of findings: nothing here is made of a secret. The folder is private,
and what is not plainly ours is neither read nor written: then all is checked, and the output is the same.

No module that takes time to load is needed for any of this.
"""

import os
import stat

TYPE_CHECKING = False  # as typing has it, which is not loaded for that
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = b"oauthgit 1"
ENTRIES = 32
"""So many runs of one folder are kept, for a hook may be called with one path and then another."""
_LARGEST = 1024 * 1024
_WORKFLOWS = ".github/workflows"
_FLAGS = os.O_RDONLY | sum(getattr(os, f"O_{flag}", 0) for flag in ("NOFOLLOW", "NONBLOCK", "CLOEXEC", "BINARY"))
_NOT_OURS = stat.S_IRWXG | stat.S_IRWXO


def digest(*parts: bytes) -> str:
    """Return 64 hexadecimal digits that stand for these parts, and for no others."""
    try:
        from _blake2 import blake2b  # hashlib would load OpenSSL first
    except ImportError:
        from hashlib import blake2b

    made = blake2b(digest_size=32)
    for part in parts:
        made.update(len(part).to_bytes(8))
        made.update(part)
    return made.hexdigest()


def tool(version: str) -> str:
    """Return what stands for this very program: its version, and the name, size and time of every file of the package."""
    top = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib takes a third of the time there is
    found = []
    folders = [top, os.path.join(os.path.dirname(top), "schema")]  # noqa: PTH118, PTH120 - as above
    while folders:
        folder = folders.pop()
        if not os.path.isdir(folder):  # noqa: PTH112 - as above; an installed package holds its schemas itself
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
    """Return the nearest folder at or above an absolute one that holds ``configs``, as discover does."""
    while not os.path.isdir(f"{folder}/configs"):  # noqa: PTH112 - as above
        above = os.path.dirname(folder)  # noqa: PTH120 - as above
        if above == folder:
            return None
        folder = above
    return folder


def state_on_disk(root: str) -> str | None:
    """Return what stands for the files that discover reads below ``root``; None if one is not plainly what it seems."""
    try:
        paths = sorted(_yaml(root, "configs"))
        rules = [".sops.yaml"] if os.path.lexists(f"{root}/.sops.yaml") else []
        files = [(path, _content(f"{root}/{path}")) for path in (*_workflows(root), *rules, *paths)]
        return state((path, content) for path, content in files if _counts(path, content))
    except OSError:
        return None


def state(files: "Iterable[tuple[str, bytes]]") -> str:
    """Return what stands for files, given as paths and contents in their order."""
    return digest(*(part for path, content in files for part in (os.fsencode(path), content)))


def recall(folder: str, root: str, key: str) -> str | None:
    """Return what was kept under ``key`` for ``root`` in a cache ``folder``, or None."""
    return _entries(folder, root).get(key)


def keep(folder: str, root: str, key: str, text: str) -> None:
    """Keep ``text`` under ``key``; a folder that is not private, or not to be written to, is left alone."""
    entries = _entries(folder, root)
    if entries.get(key) == text or "\n" in text:
        return
    entries.pop(key, None)
    lines = [f"{known} {kept}" for known, kept in [*entries.items(), (key, text)][-ENTRIES:]]
    body = "\n".join(lines).encode()
    target = _file(folder, root)
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
        return  # it is only remembered to save time


def _entries(folder: str, root: str) -> dict[str, str]:
    """Return what is kept for ``root`` by key, the latest last; nothing of a file that is cut, foreign or of another version."""
    try:
        content = _private_content(folder, _file(folder, root))
        check, _, body = content.partition(b"\n")
        if check.decode() != digest(body):
            return {}
        pairs = (line.partition(" ") for line in body.decode().split("\n"))
        return {key: text for key, _, text in pairs}
    except (OSError, ValueError):
        return {}


def _file(folder: str, root: str) -> str:
    return f"{folder}/{digest(VERSION, os.fsencode(root))}"


def _private_content(folder: str, path: str) -> bytes:
    if not _is_private(folder):
        raise PermissionError
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not _is_ours(status) or status.st_size > _LARGEST:
            raise PermissionError
        return _all_of(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _is_private(folder: str) -> bool:
    """Tell whether a folder is there, is no link, and belongs to whoever runs this, and to nobody else."""
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
    """Yield the paths of YAML files as discover finds them; OSError where one is not what it seems."""
    if os.path.islink(f"{root}/{top}"):  # noqa: PTH114 - as above
        raise PermissionError
    folders = [top]
    while folders:
        folder = folders.pop()
        with os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                elif entry.is_symlink():
                    raise PermissionError
                elif path.lower().endswith((".yaml", ".yml")):
                    yield path


def _workflows(root: str) -> "list[str]":
    """Return the paths of workflows of GitHub Actions; OSError where a link is in the way."""
    for folder in (".github", _WORKFLOWS):
        if os.path.islink(f"{root}/{folder}"):  # noqa: PTH114 - as above
            raise PermissionError
    if not os.path.isdir(f"{root}/{_WORKFLOWS}"):  # noqa: PTH112 - as above
        return []
    names = sorted(os.listdir(f"{root}/{_WORKFLOWS}"))  # noqa: PTH208 - as above
    return [f"{_WORKFLOWS}/{name}" for name in names if name.lower().endswith((".yaml", ".yml"))]


def _counts(path: str, content: bytes) -> bool:
    return b"oauthgit" in content or not path.startswith(_WORKFLOWS)


def _content(path: str) -> bytes:
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            raise PermissionError
        return _all_of(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _all_of(descriptor: int, size: int) -> bytes:
    content = os.read(descriptor, size + 1)
    while len(content) < size and (more := os.read(descriptor, size - len(content))):
        content += more
    return content
