"""Take a snapshot of the files that discover reads, without loading discover.

A cached run must cost as little as possible, so this module walks the folders on its own. It refuses unusual files;
then nothing is cached. This module imports only modules that load fast.
"""

import os
import stat

from oauthgit.cache import LARGEST, READ_FLAGS, digest
from oauthgit.model.formats.digest import blake2b
from oauthgit.model.formats.mention import mentioning
from oauthgit.model.git_index import may_leave_files_out

TYPE_CHECKING = False  # as in typing, which takes time to load
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PIECE = 16 * 1024
_LIKE_SOPS_RULES = (".sops.yaml", ".sops.yml")
_WORKFLOWS = ".github/workflows"


def root_of(folder: str) -> str | None:
    """Return the nearest folder at or above an absolute one that contains ``configs``."""
    return _nearest(folder, "configs", os.path.isdir)


def repository_of(root: str) -> str:
    """Return the nearest folder at or above ``root`` that has ``.git``, else ``root``."""
    return _nearest(root, ".git", os.path.lexists) or root


def _nearest(folder: str, name: str, is_there: "Callable[[str], bool]") -> str | None:
    while not is_there(f"{folder}/{name}"):
        below, folder = folder, os.path.dirname(folder)  # noqa: PTH120 - pathlib would take a third of the time of a cached run
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

    These are links, special files, submodules, files that are too large, and files that a sparse checkout leaves out.
    """
    try:
        top = repository_of(root)
        if may_leave_files_out(top):
            return None  # a file that is left out is no deleted file
        modules = f"{top}/.gitmodules"
        if os.path.lexists(modules) and b"configs" in _content(modules):
            return None  # the files of a submodule are not all that a check depends on
        paths = sorted(_yaml(root, "configs"))
        rules = _sops_rules(root)
        workflows = {path: _content(f"{root}/{path}") for path in _workflows(root)}
        ours = {path: workflows[path] for path in mentioning(workflows)}
        return Snapshot(ours | {path: _content(f"{root}/{path}") for path in (*rules, *paths)})
    except OSError:
        return None


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
                hidden, looks = name[0] == ".", name.lower().endswith((".yaml", ".yml"))
                if entry.is_file(follow_symlinks=False):
                    if looks and not hidden:
                        yield f"{folder}/{name}"
                    else:
                        _refuse_other(f"{folder}/{name}", f"{root}/{folder}/{name}")
                elif hidden:
                    continue
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(f"{folder}/{name}")
                elif entry.is_symlink() or looks:
                    raise PermissionError


def _refuse_other(path: str, where: str) -> None:
    """Raise OSError for another file than YAML in which discover finds something."""
    from oauthgit.model.formats.plain_secret import find_plain_secret
    from oauthgit.model.formats.portable_name import why_unportable

    descriptor = os.open(where, READ_FLAGS)
    try:
        content = os.read(descriptor, LARGEST)
    finally:
        os.close(descriptor)
    if find_plain_secret(content) or why_unportable(path):
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
    descriptor = os.open(path, READ_FLAGS)
    try:
        content = part = os.read(descriptor, _PIECE)
        while len(part) == _PIECE and len(content) <= LARGEST:
            part = os.read(descriptor, _PIECE)
            content += part
    finally:
        os.close(descriptor)
    if len(content) > LARGEST:
        raise PermissionError
    return content
