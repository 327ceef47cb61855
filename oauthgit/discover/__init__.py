"""From paths to bytes: reads configs/, and alone knows what its folders mean."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from oauthgit.model.display import printable
from oauthgit.model.finding import Finding
from oauthgit.model.location import Location
from oauthgit.model.workspace import File, Kind, Workspace

CONFIGS: Final = "configs"
POLICY: Final = "oauthgit.yaml"
SOPS_RULES: Final = ".sops.yaml"
SIZE: Final = 1024 * 1024

FOLDERS: Final = {
    "branches": (Kind.BRANCH, ("model", "branch")),
    "runtime_configurations": (Kind.RUNTIME_CONFIGURATION, ("model", "branch", "name")),
    "iam_applications": (Kind.IAM_APPLICATION, ("application",)),
}
"""For each folder the kind of its files, and the identity fields that the path below it spells."""

_SINGLE: Final = {SOPS_RULES: (Kind.SOPS_RULES, ""), f"{CONFIGS}/{POLICY}": (Kind.POLICY, "policy")}
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@ -]*")
_PROVIDER: Final = re.compile(r"[a-z][a-z0-9_]*")
_PROVIDERS: Final = Path(__file__).parents[1] / "providers"
# Not every system has every flag. Without O_NONBLOCK, opening a FIFO waits for a writer.
_FLAGS: Final = os.O_RDONLY | sum(getattr(os, f"O_{flag}", 0) for flag in ("NOFOLLOW", "NONBLOCK", "CLOEXEC", "BINARY"))


def find_root(start: Path) -> Path | None:
    """Return the nearest folder at or above ``start`` that holds a folder ``configs``, as an absolute path, or None."""
    start = start.absolute()
    found = (folder for folder in (start, *start.parents) if os.path.isdir(folder / CONFIGS))  # noqa: PTH112 - Path.is_dir raises where it may not look
    return next(found, None)


def discover(root: Path) -> tuple[Workspace, list[Finding]]:
    """Read every YAML file under ``root``'s folder configs, in the order of paths, and say which ones are left out.

    The creation rules of SOPS beside that folder, ``.sops.yaml``, come first. Other hidden files, and files that do
    not look like YAML, are passed over. Links are not followed, and nothing but regular files of at most 1 MiB is read.
    Findings are OG001, OG114, OG115, OG118 and OG119, each at the beginning of its file.
    """
    files: list[File] = []
    findings: list[Finding] = []
    paths = sorted(_walk(str(root), CONFIGS), key=lambda each: each[0])
    if os.path.lexists(root / SOPS_RULES):
        paths.insert(0, (SOPS_RULES, None))
    for path, problem in paths:
        outcome = problem or _file(str(root), path)
        if isinstance(outcome, Finding):
            findings.append(outcome)
        else:
            files.append(outcome)
    return Workspace(str(root.absolute()), tuple(files)), findings


def provider_names() -> list[str]:
    """Return the ids of the catalogue's providers, sorted."""
    stems = (entry.removesuffix(".yaml") for entry in os.listdir(_PROVIDERS) if entry.endswith(".yaml"))  # noqa: PTH208 - names are all that is needed
    return sorted(stem for stem in stems if _PROVIDER.fullmatch(stem))


def provider_file(name: str) -> File | None:
    """Return the catalogue entry ``name``, or None if there is none; a name that is no id reaches no path."""
    if not _PROVIDER.fullmatch(name):
        return None
    try:
        content = (_PROVIDERS / f"{name}.yaml").read_bytes()
    except FileNotFoundError:
        return None
    return File(f"oauthgit/providers/{name}.yaml", Kind.PROVIDER, f"provider/{name}", {"provider": name}, content)


def _walk(root: str, top: str) -> Iterator[tuple[str, Finding | None]]:
    """Yield the path of every YAML file, and of what is no file or folder, with the finding that says so."""
    if os.path.islink(f"{root}/{top}"):  # noqa: PTH114 - paths here are text, as the system gives them
        yield top, _special(top, "a symbolic link")
        return
    folders = [top]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(f"{root}/{folder}") as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}"
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(path)
                    elif entry.is_symlink() and (_is_yaml(path) or entry.is_dir()):
                        yield path, _special(path, "a symbolic link")
                    elif _is_yaml(path):
                        regular = entry.is_file(follow_symlinks=False)
                        yield path, None if regular else _special(path, "a FIFO, a device or a socket")
        except OSError as error:
            yield folder, _unreadable(folder, error)


def _is_yaml(path: str) -> bool:
    return path.lower().endswith((".yaml", ".yml"))


def _file(root: str, path: str) -> File | Finding:
    """Return the file with the kind and the identity that its path promises, or what is wrong with it."""
    if path in _SINGLE:
        return _read(root, path, *_SINGLE[path], {})
    if not path.endswith(".yaml"):
        return _unexpected(path, "its name does not end in .yaml", "Rename it so that it ends in .yaml.")
    _, *segments = path.split("/")
    kind, fields = FOLDERS.get(segments[0], (None, ()))
    if kind is None or len(segments) != len(fields) + 1:
        return _unexpected(path, "no kind of file belongs in this place", _places(segments[0]))
    secrets = path.endswith(".secrets.yaml")
    names = [*segments[1:-1], segments[-1].removesuffix(".yaml").removesuffix(".secrets")]
    for name in names:
        if not _NAME.fullmatch(name):
            return _bad_name(path, name)
    layer = "/".join((kind, *names))
    if secrets:
        return _read(root, path, Kind.SECRETS, layer, {})
    return _read(root, path, kind, layer, dict(zip(fields, names, strict=True)))


def _read(root: str, path: str, kind: Kind, layer: str, identity: dict[str, str]) -> File | Finding:
    try:
        descriptor = os.open(f"{root}/{path}", _FLAGS)
    except OSError as error:
        return _unreadable(path, error)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return _special(path, "a FIFO, a device or a socket")
        if status.st_size > SIZE:
            return _too_large(path, status.st_size)
        content = b""
        while len(content) < status.st_size and (more := os.read(descriptor, status.st_size - len(content))):
            content += more
    except OSError as error:
        return _unreadable(path, error)
    finally:
        os.close(descriptor)
    return File(path, kind, layer, identity, content)


def _unreadable(path: str, error: OSError) -> Finding:
    message = f"it cannot be read ({error.strerror}), so nothing in it is checked"
    return Finding("OG001", message, Location(path), remedy="Make it readable for the account that runs this check.")


def _too_large(path: str, size: int) -> Finding:
    message = f"the file has {size:,} bytes; the limit of {SIZE:,} keeps every check fast and safe"
    return Finding("OG114", message, Location(path), remedy="Split the file, or move what is no setting elsewhere.")


def _special(path: str, what: str) -> Finding:
    message = f"this is {what}, not a file or folder of its own: what it leads to is not what is reviewed here"
    return Finding("OG115", message, Location(path), remedy="Replace it by the file or folder itself.")


def _bad_name(path: str, name: str) -> Finding:
    message = (
        f'the name "{printable(name)}" cannot name a model, branch, configuration or application: '
        "it may hold ASCII letters, digits, spaces and _ . @ -, and begins with a letter or digit"
    )
    return Finding("OG118", message, Location(path), remedy="Rename the file or folder.")


def _unexpected(path: str, why: str, remedy: str) -> Finding:
    return Finding("OG119", f"this file is not read: {why}", Location(path), remedy=remedy)


def _places(folder: str) -> str:
    """Return where a file belongs: in its folder at the right depth, or in one of the known places."""
    known = {
        name: "/".join((CONFIGS, name, *(f"<{field}>" for field in fields))) for name, (_, fields) in FOLDERS.items()
    }
    if folder in known:
        return f"Move it to {known[folder]}.yaml."
    return f"Move it to {', '.join(f'{place}.yaml' for place in known.values())} or {CONFIGS}/{POLICY}."
