"""Read the files of configs/ from disk or from a commit.

No other package interprets the names of the folders.
"""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from errno import ELOOP
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from oauthgit.cache import READ_FLAGS
from oauthgit.discover.layout import (
    CONFIGS,
    SIZE,
    SOPS_RULES,
    SOPS_RULES_MISSPELT,
    WORKFLOWS,
    classify,
    is_like_sops_rules,
    is_sops_rules,
    is_yaml,
    report_special,
    report_too_large,
    report_unchecked,
    report_unreadable,
    sops_rules,
    sort_outcomes,
    stray_rules,
)
from oauthgit.model.finding import Finding
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.mention import mentioning
from oauthgit.model.workspace import File, Workspace

if TYPE_CHECKING:
    from pathlib import Path

_SUBMODULE: Final = regex(r"\s*path\s*=\s*\"?([^\"]*?)\"?\s*")
_NO_OVERLAYS: Final = MappingProxyType[str, bytes]({})


def find_root(start: "str | Path") -> str | None:
    """Return the absolute path of the nearest folder with ``configs``, or None."""
    return _nearest(os.path.abspath(start), CONFIGS, os.path.isdir)  # noqa: PTH100 - pathlib is not loaded for that


def find_repository(root: str) -> str | None:
    """Return the nearest folder at or above an absolute path with ``.git``, or None."""
    return _nearest(root, ".git", os.path.lexists)


def _rules_above(root: str) -> Iterator[str]:
    """Yield the paths of files that look like creation rules of SOPS.

    They are relative to ``root``, which is absolute. The search goes up to the nearest rules that SOPS uses. Without a
    repository, only ``root`` itself is searched.
    """
    top = find_repository(root) or root
    path, folder = "", root
    while True:
        for name in (SOPS_RULES, SOPS_RULES_MISSPELT):
            if os.path.lexists(f"{folder}/{name}"):
                yield f"{path}{name}"
        if folder == top or os.path.lexists(f"{folder}/{SOPS_RULES}"):
            return
        path, folder = f"../{path}", os.path.dirname(folder)  # noqa: PTH120 - pathlib is not loaded for that


def _nearest(folder: str, name: str, is_there: Callable[[str], bool]) -> str | None:
    while not is_there(f"{folder}/{name}"):
        below, folder = folder, os.path.dirname(folder)  # noqa: PTH120 - as above
        if folder == below:
            return None
    return folder


def discover(root: "str | Path", overlays: Mapping[str, bytes] = _NO_OVERLAYS) -> tuple[Workspace, list[Finding]]:
    """Read every YAML file in the folder configs of ``root``, or report it.

    Files are in the order of paths. Before them come the workflows of GitHub Actions beside that folder that may run
    oauthgit, then the creation rules of SOPS: the nearest ``.sops.yaml`` in the repository. Other creation rules are
    findings. Other hidden files, and files that do not look like YAML, are only searched for secrets in plain text.

    Only regular files of at most 1 MiB are read. Links are not followed, and submodules are not entered. Findings are
    OG001, OG114, OG115, OG116, OG118, OG119, OG121 and OG715, each at the beginning of its file, and OG501.

    ``overlays`` are unsaved contents by path, relative to ``root``: they replace those of regular files, and YAML files in
    the folder configs may exist only there.
    """
    root = str(root)
    read = partial(_read_overlaid, root, overlays) if overlays else partial(read_file, root)
    found = dict(_walk(root, CONFIGS))
    paths = sorted((found | dict.fromkeys(path for path in overlays if _may_be_new(path, found))).items())
    above = list(_rules_above(os.path.abspath(root)))  # noqa: PTH100 - pathlib is not loaded for that
    rules = next((path for path in above if path.endswith(SOPS_RULES)), None)
    paths[:0] = [(path, None if path == rules else stray_rules(path)) for path in above]
    files, findings = sort_outcomes(problem or read(path) for path, problem in paths)
    workflows, unread = _workflows(root, read)
    return Workspace(os.path.abspath(root), (*workflows, *files)), [*unread, *findings]  # noqa: PTH100 - as above


def _may_be_new(path: str, found: Mapping[str, Finding | None]) -> bool:
    """Return True if the walk that found some paths would find a file that is saved.

    It finds nothing in hidden folders, and in those that it reports.
    """
    above = path.split("/")[:-1]
    if not path.startswith(f"{CONFIGS}/") or not is_yaml(path) or path in found or "/." in path:
        return False
    return not any("/".join(above[: number + 1]) in found for number in range(len(above)))


def decode(root: "str | Path", contents: Mapping[str, bytes]) -> tuple[Workspace, list[Finding]]:
    """Return the result of ``discover`` for contents of regular files in its order."""
    files, findings = sort_outcomes(place_file(root, path, content) for path, content in contents.items())
    return Workspace(os.path.abspath(root), tuple(files)), findings  # noqa: PTH100 - as above


def _workflows(root: str, read: Callable[[str], File | Finding]) -> tuple[list[File], list[Finding]]:
    """Return the workflows that may run oauthgit, and findings for unreadable ones."""
    if any(os.path.islink(f"{root}/{folder}") for folder in (os.path.dirname(WORKFLOWS), WORKFLOWS)):  # noqa: PTH114, PTH120 - as below
        return [], [report_unchecked(WORKFLOWS, "its path contains a symbolic link")]
    try:
        names = sorted(os.listdir(f"{root}/{WORKFLOWS}"))  # noqa: PTH208 - names are all that is needed
    except (FileNotFoundError, NotADirectoryError):
        return [], []
    except OSError as error:
        return [], [report_unchecked(WORKFLOWS, f"its folder cannot be read ({error.strerror})")]
    files: dict[str, File] = {}
    findings: list[Finding] = []
    for path in (f"{WORKFLOWS}/{name}" for name in names if is_yaml(name)):
        if os.path.isdir(f"{root}/{path}") and not os.path.islink(f"{root}/{path}"):  # noqa: PTH112, PTH114 - as below
            continue
        outcome = read(path)
        if isinstance(outcome, File):
            files[path] = outcome
        else:
            findings.append(report_unchecked(path, outcome.message))
    ours = mentioning({path: file.content for path, file in files.items()})
    return [files[path] for path in ours], findings


def _walk(root: str, top: str) -> Iterator[tuple[str, Finding | None]]:
    """Yield the path of every YAML file, and of other entries with their finding.

    Other entries are those that are neither a file nor a folder, and those that cannot be read.
    """
    if os.path.islink(f"{root}/{top}"):  # noqa: PTH114 - paths here are text, as the system gives them
        yield top, report_special(top, "a symbolic link")
        return
    submodules = _submodules(root)
    folders = [top]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(f"{root}/{folder}") as found:
                entries = list(found)
            if folder in submodules or any(entry.name == ".git" for entry in entries):
                yield folder, report_special(folder, "a submodule")
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if is_like_sops_rules(entry.name):
                    yield path, stray_rules(path)
                    continue
                hidden = entry.name.startswith(".")
                if entry.is_dir(follow_symlinks=False):
                    folders += [] if hidden else [path]
                elif not hidden and (entry.is_symlink() or is_yaml(path)):
                    what = "a symbolic link" if entry.is_symlink() else "a FIFO, a device or a socket"
                    yield path, None if entry.is_file(follow_symlinks=False) else report_special(path, what)
                elif entry.is_file(follow_symlinks=False):
                    from oauthgit.discover.other_files import check_other_file

                    yield from ((path, problem) for problem in (check_other_file(root, path),) if problem)
        except OSError as error:
            yield folder, report_unreadable(folder, error)


def _submodules(root: str) -> frozenset[str]:
    """Return the paths of the repository's submodules, relative to ``root``.

    They come from ``.gitmodules``, because a submodule that is not checked out is an empty folder.
    """
    top = find_repository(real := os.path.realpath(root))
    try:
        with open(f"{top}/.gitmodules", "rb") as file:  # noqa: PTH123 - as above
            content = file.read(SIZE)
    except OSError:
        return frozenset()
    from oauthgit.model.formats.local_path import decode_path, relative_path

    paths = (match[1] for line in decode_path(content).splitlines() if (match := _SUBMODULE.fullmatch(line)))
    return frozenset(relative_path(f"{top}/{path}", real) for path in paths)


def _open(path: str) -> int:
    """Open a file that is no link, also where the system cannot refuse links."""
    if not hasattr(os, "O_NOFOLLOW") and os.path.islink(path):  # noqa: PTH114 - as above
        raise OSError(ELOOP, os.strerror(ELOOP))
    return os.open(path, READ_FLAGS)


def place_file(root: "str | Path", path: str, content: bytes = b"") -> File | Finding:
    """Return the file at a path relative to ``root``, or why it is none."""
    if is_sops_rules(path):
        return sops_rules(os.path.abspath(root), path, content)  # noqa: PTH100 - as above
    return classify(path, content)


def _read_overlaid(root: str, overlays: Mapping[str, bytes], path: str) -> File | Finding:
    """Return the file at ``path`` with its unsaved content if there is one.

    A link, or a file that cannot be read, is reported as without it.
    """
    content = overlays.get(path)
    if content is None or os.path.islink(f"{root}/{path}"):  # noqa: PTH114 - as above
        return read_file(root, path)
    return report_too_large(path, len(content)) if len(content) > SIZE else place_file(root, path, content)


def read_file(root: str, path: str) -> File | Finding:
    """Return the file at ``path`` with its content, or a finding."""
    file = place_file(root, path)
    if isinstance(file, Finding):
        return file
    try:
        descriptor = _open(f"{root}/{path}")
    except OSError as error:
        return report_unreadable(path, error)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return report_special(path, "a FIFO, a device or a socket")
        if status.st_size > SIZE:
            return report_too_large(path, status.st_size)
        content = b""
        while len(content) < status.st_size and (more := os.read(descriptor, status.st_size - len(content))):
            content += more
    except OSError as error:
        return report_unreadable(path, error)
    finally:
        os.close(descriptor)
    return place_file(root, path, content)
