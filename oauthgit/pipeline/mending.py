"""From a folder to the same folder mended: fixes are applied, everything is checked again, until nothing more is to do."""

import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from oauthgit.atomic_write import replace_file
from oauthgit.discover import discover
from oauthgit.mend import difference, mend
from oauthgit.model.display import blotted, printable
from oauthgit.model.document import PLAINTEXT
from oauthgit.model.finding import Finding
from oauthgit.model.fix import SAFE, UNSAFE
from oauthgit.model.pointer import leaves
from oauthgit.model.regex import regex
from oauthgit.model.workspace import File, Workspace
from oauthgit.parse import parse
from oauthgit.pipeline.comparing import faults, is_at
from oauthgit.pipeline.loading import is_below, loaded, located
from oauthgit.triage import Choice, wanted

_ROUNDS: Final = 500
_HARMLESS: Final = dict.fromkeys(map(ord, "\t\r\n\ufeff"))
_COMMAND: Final = regex(r"^\s*::|##\w*\[", re.MULTILINE)


class Mended(NamedTuple):
    """What became of the findings that have a fix, in memory.

    ``contents`` has for every file that would change the old and the new content. ``done`` are the findings that are
    gone by it, ``left`` says of others why they stay. ``unfit`` are files that hold a secret in plain text.
    """

    root: str
    contents: Mapping[str, tuple[bytes, bytes]]
    done: tuple[Finding, ...]
    left: Mapping[Finding, str]
    unfit: frozenset[str]


def mended(
    start: str | Path,
    paths: Iterable[str | Path],
    choice: Choice,
    *,
    unsafe: bool = False,
    today: str | None = None,
) -> Mended:
    """Return what the folder at or above ``start`` is with its fixes, and write nothing.

    With ``paths``, only those files are changed. Each round applies what it can and checks everything anew; a fix that
    makes anything worse is left out; where none is to blame for certain, half of them are tried until one is.

    Raises:
        UnusableError: As :func:`oauthgit.pipeline.load` does.

    """
    root, chosen = located(start, paths)
    workspace, unread = discover(root)
    old = {file.path: file.content for file in workspace.files}
    project = loaded(workspace, unread, today=today)
    sorts = {SAFE, UNSAFE} if unsafe else {SAFE}
    done: list[Finding] = []
    left: dict[Finding, str] = {}
    at_once: int | None = None
    for _ in range(_ROUNDS):
        refused = {_same(finding) for finding in left}
        asked = [
            finding
            for finding in project.findings
            if finding.fixable in sorts and finding.suppressed is None and _same(finding) not in refused
            if wanted(finding.code, choice) and (not chosen or is_below(finding.location.file, chosen))
        ][:at_once]
        better, applied, impossible = _applied(workspace, asked)
        left |= impossible
        if not applied:
            if not impossible:
                break
            continue
        after = loaded(better, unread, today=today)
        worse = list(faults(project, after, applied))
        blamed = {each: fault.why for fault in reversed(worse) for each in applied if is_at(fault, each)}
        if not worse:
            workspace, project = better, after
            done += applied
            at_once = at_once and at_once * 2
        elif blamed or len(applied) == 1:
            left |= blamed or {applied[0]: worse[0].why}
        else:
            at_once = len(applied) // 2
    new = {file.path: file.content for file in workspace.files}
    contents = {path: (content, new[path]) for path, content in old.items() if content != new[path]}
    unfit = frozenset(file.path for file in workspace.files if file.path in contents and _tells(file))
    return Mended(workspace.root, contents, tuple(done), left, unfit)


def write(result: Mended) -> dict[str, str]:
    """Write every file that changes, each in one step; return why a file was not written, by its path."""
    failed = {}
    for path, (old, new) in result.contents.items():
        try:
            why = _protected(Path(result.root, path)) or replace_file(result.root, path, new, replaces=old)
        except OSError as error:
            why = f"{path} cannot be written ({error.strerror}), and is as it was"
        if why:
            failed[path] = why
    return failed


def differences(result: Mended) -> Iterator[tuple[str, str | None]]:
    """Yield the path of every file that would change, and the difference; None where it may not be shown.

    It might show a secret, or it holds what a CI runner or a terminal would take for a command: a difference that can
    be applied cannot be escaped.
    """
    for path, (old, new) in result.contents.items():
        text = "" if path in result.unfit else difference(path, old, new)
        plain = text.translate(_HARMLESS)
        inert = not _COMMAND.search(text) and printable(plain) == plain
        yield path, text if text and inert else None


def _applied(workspace: Workspace, findings: Sequence[Finding]) -> tuple[Workspace, list[Finding], dict[Finding, str]]:
    done: list[Finding] = []
    left: dict[Finding, str] = {}
    files = []
    for file in workspace.files:
        here = [finding for finding in findings if finding.location.file == file.path]
        if here:
            content, applied, impossible = mend(file.content, parse(file)[0], here)
            file = file._replace(content=content)  # noqa: PLW2901 - the same file, mended
            done += applied
            left |= impossible
        files.append(file)
    return workspace._replace(files=tuple(files)), done, left


def _tells(file: File) -> bool:
    """Tell whether lines of a file may hold a secret, whatever the policy thinks of it."""
    document, findings = parse(file)
    text = file.content.decode()
    if document is None or blotted(text) != text or any(finding.code == "OG501" for finding in findings):
        return True
    return any(value == PLAINTEXT for _, value in leaves(document.data))


def _protected(path: Path) -> str | None:
    """Return why a file is not to be written, which its mode says; a folder that can be written to would allow it."""
    if path.lstat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        return None
    return f"{path.name} is read-only, so it was not written"


def _same(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.location.file, finding.location.pointer, finding.message
