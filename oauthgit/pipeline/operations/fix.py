"""Apply the fixes of a folder and check it again, until no fix is left."""

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Final, NamedTuple

from oauthgit.atomic_write import replace_file
from oauthgit.discover.layout import classify
from oauthgit.fix import fix, format_diff
from oauthgit.model.finding import Finding
from oauthgit.model.fix import SAFE, UNSAFE
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import defuse, escape
from oauthgit.model.project import Project
from oauthgit.model.schema import harmless_keys
from oauthgit.model.selection import Selection
from oauthgit.model.workspace import File, Workspace
from oauthgit.parse import masked_lines, parse
from oauthgit.pipeline.check import check, discover_whole
from oauthgit.pipeline.operations.fix_regressions import find_regressions, is_at
from oauthgit.pipeline.paths import find_workspace, is_below
from oauthgit.triage import is_selected

_ROUNDS: Final = 500
_HARMLESS: Final = dict.fromkeys(map(ord, "\t\r\n\ufeff"))
_COMMAND: Final = regex(r"^\s*::|##\w*\[", re.MULTILINE)


class FixResult(NamedTuple):
    """Hold the files with their fixes in memory, and the skipped findings.

    ``contents`` has the old and the new content of each changed file. ``done`` are the fixed findings, and ``skipped``
    has the reasons for the others.
    """

    root: str
    contents: Mapping[str, tuple[bytes, bytes]]
    done: tuple[Finding, ...]
    skipped: Mapping[Finding, str]


def apply_fixes(
    start: str | Path, selection: Selection, *, unsafe: bool = False, today: str | None = None, search: str = os.defpath
) -> FixResult:
    """Return the folder at or above ``start`` with its fixes; write nothing.

    With paths in ``selection``, only those files change. Each round applies all possible fixes and checks everything
    again. A fix that causes a regression is dropped. If no single fix can be blamed, the batch is bisected.

    Raises:
        UsageError: As :func:`oauthgit.pipeline.load` does.

    """
    root, selection = find_workspace(start, selection)
    return fix_workspace(*discover_whole(root, search), selection, unsafe=unsafe, today=today)


def fix_workspace(
    workspace: Workspace,
    unread: Sequence[Finding],
    selection: Selection,
    *,
    unsafe: bool = False,
    today: str | None = None,
) -> FixResult:
    """Return a workspace with its fixes, as :func:`apply_fixes` does for a folder."""
    old = {file.path: file.content for file in workspace.files}
    project = check(workspace, unread, today=today)
    sorts = {SAFE, UNSAFE} if unsafe else {SAFE}
    done: list[Finding] = []
    left: dict[Finding, str] = {}
    at_once: int | None = None
    for _ in range(_ROUNDS):
        refused = {_same(finding) for finding in left}
        requested = [
            finding
            for finding in project.findings
            if finding.fixable in sorts and finding.suppressed is None and _same(finding) not in refused
            if is_selected(finding.code, selection)
            if not selection.paths or is_below(finding.location.file, selection.paths)
        ][:at_once]
        better, applied, impossible = _apply_once(workspace, requested)
        left |= impossible
        if not applied:
            if not impossible:
                break
            continue
        after = check(better, unread, today=today)
        worse = list(find_regressions(project, after, applied))
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
    return FixResult(workspace.root, contents, tuple(done), left)


def fix_finding(
    project: Project, finding: Finding, check_again: Callable[[Workspace], Project]
) -> Mapping[str, tuple[bytes, bytes]]:
    """Return old and new content of the files that the fix of a finding changes.

    It is empty if the fix would have other effects.
    """
    workspace = project.workspace
    better, applied, _ = _apply_once(workspace, [finding])
    if not applied or any(find_regressions(project, check_again(better), applied)):
        return {}
    pairs = zip(workspace.files, better.files, strict=True)
    return {old.path: (old.content, new.content) for old, new in pairs if old.content != new.content}


def write(result: FixResult) -> dict[str, str]:
    """Write every changed file in one step; return failures by path."""
    failed = {}
    for path, (old, new) in result.contents.items():
        try:
            why = _explain_protection(Path(result.root, path)) or replace_file(result.root, path, new, replaces=old)
        except OSError as error:
            why = f"{path} cannot be written ({error.strerror}), and is as it was"
        if why:
            failed[path] = why
    return failed


def differences(result: FixResult) -> Iterator[tuple[str, str | None]]:
    """Yield each changed file's path and diff; None where it must not be shown.

    A diff that can be applied cannot be escaped. So it is not shown if a line would be masked in a report, or would be
    a command for a CI runner or a terminal.
    """
    for path, (old, new) in result.contents.items():
        yield path, printable_diff(path, old, new)


def printable_diff(path: str, old: bytes | None, new: bytes) -> str | None:
    """Return the diff of a file, or None if it must not be shown.

    ``old`` is None for a new file. It is made by this program and has no secrets and comments, so nothing is masked.
    """
    if old is None:
        lines = new.decode().splitlines(keepends=True)
        end = "\t" if " " in path else ""  # ends the name for git apply
        head = f"--- /dev/null\n+++ b/{path}{end}\n@@ -0,0 +1,{len(lines)} @@\n"
        text: str | None = head + "".join(f"+{line}" for line in lines)
    else:
        text = format_diff(path, old, new, (_printed_lines(path, old), _printed_lines(path, new)))
    plain = (text or "").translate(_HARMLESS)
    return None if _COMMAND.search(text or "") or escape(plain) != plain else text


def readable_diff(path: str, old: bytes | None, new: bytes) -> str:
    """Return the diff of a file as a report prints its lines: masked and escaped.

    It is for people, because git cannot apply it.
    """
    before = () if old is None else _printed_lines(path, old)
    names = ("/dev/null" if old is None else f"a/{path}", f"b/{path}")
    lines = unified_diff(before, _printed_lines(path, new), *names, lineterm="")
    return "".join(f"{defuse(escape(line))}\n" for line in lines)


def _printed_lines(path: str, content: bytes) -> tuple[str, ...]:
    """Return the lines of a file as a report prints them."""
    file = classify(path)
    return masked_lines(file._replace(content=content), harmless_keys()) if isinstance(file, File) else ()


def _apply_once(
    workspace: Workspace, findings: Sequence[Finding]
) -> tuple[Workspace, list[Finding], dict[Finding, str]]:
    done: list[Finding] = []
    left: dict[Finding, str] = {}
    files = []
    for file in workspace.files:
        here = [finding for finding in findings if finding.location.file == file.path]
        if here:
            content, applied, impossible = fix(file.content, parse(file)[0], here)
            file = file._replace(content=content)  # noqa: PLW2901 - the same file with its fixes
            done += applied
            left |= impossible
        files.append(file)
    return workspace._replace(files=tuple(files)), done, left


def _explain_protection(path: Path) -> str | None:
    """Return the reason if the mode of a file forbids writing it, else None."""
    if path.lstat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        return None
    return f"{path.name} is read-only, so it was not written"


def _same(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.location.file, finding.location.pointer, finding.message
