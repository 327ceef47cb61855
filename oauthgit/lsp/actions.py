"""Offer edits: fixes, suppressions, and settings that could be in the branch.

Each edit was checked: the project with it has exactly the intended effect.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from oauthgit import rules
from oauthgit.fix.replace import NotCertainError
from oauthgit.lsp.usage import find_setting, find_uses, name_of
from oauthgit.lsp.view import View
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.formats.json_pointer import split, value_at
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.project import Project
from oauthgit.model.selection import Selection
from oauthgit.model.settings import SecretReference, Settings, server_of
from oauthgit.model.workspace import File, Workspace
from oauthgit.pipeline.check import check
from oauthgit.pipeline.operations.edit_layer import REMOVED, edit_value
from oauthgit.pipeline.operations.fix import fix_finding, fix_workspace
from oauthgit.pipeline.resolve import chain_of
from oauthgit.triage.suppress import STAGES
from oauthgit.triage.unsuppressible import why_comment_is_ignored

QUICK_FIX: Final = "quickfix"
MOVE: Final = "refactor.move"
FIX_ALL: Final = "source.fixAll.oauthgit"
_MAX_FINDINGS: Final = 20
"""Most findings on the selected lines for which edits are offered."""
_AGREEING: Final = 2
"""So many targets at least must agree before a setting is offered to the branch."""

Contents = Mapping[str, tuple[bytes, bytes]]
"""The old and the new content of each changed file."""


class Action(NamedTuple):
    """Hold an edit that is offered, and the finding that it removes, if it is for one."""

    title: str
    kind: str
    contents: Contents
    finding: Finding | None = None
    is_preferred: bool = False


def list_actions(view: View, path: str, lines: tuple[int, int], column: int, kinds: Collection[str]) -> list[Action]:
    """Return the edits of some kinds for the lines from the first to the last.

    ``column`` is that of the cursor on the first line. A kind stands for those below it.
    """
    found: list[Action] = []
    if _is_wanted(QUICK_FIX, kinds):
        for finding in _findings_on(view, path, lines):
            found += _fix(view, finding)
            found += _suppress(view, finding)
    if _is_wanted(MOVE, kinds):
        found += _move_to_branch(view, path, lines[0], column)
    if FIX_ALL in kinds or "source" in kinds or "source.fixAll" in kinds:
        found += _fix_all(view, path)
    return found


def _is_wanted(kind: str, kinds: Collection[str]) -> bool:
    return not kinds or any(f"{kind}.".startswith(f"{each}.") for each in kinds)


def _findings_on(view: View, path: str, lines: tuple[int, int]) -> list[Finding]:
    here = (finding for finding in view.project.findings if finding.location.file == path)
    return [
        finding
        for finding in here
        if finding.suppressed is None and finding.location.line <= lines[1] and finding.location.end_line >= lines[0]
    ][:_MAX_FINDINGS]


def _check_again(view: View, workspace: Workspace) -> Project:
    return check(workspace, view.unread, cache=view.recent)


def _fix(view: View, finding: Finding) -> Iterator[Action]:
    if not finding.fixable:
        return
    contents = fix_finding(view.project, finding, partial(_check_again, view))
    if contents:
        is_safe = finding.fixable == SAFE
        doubt = "" if is_safe else " (review it: a guess)"
        yield Action(f"Fix {finding.code} {finding.name}{doubt}", QUICK_FIX, contents, finding, is_preferred=is_safe)


def _suppress(view: View, finding: Finding) -> Iterator[Action]:
    """Yield the comment that suppresses a finding as soon as it has a reason.

    Without one it is a finding itself, so the editor shows what is still to be written.
    """
    file = view.file(finding.location.file)
    if file is None or file.kind not in STAGES or why_comment_is_ignored(rules.load(finding.code)):
        return
    reasoned = _with_comment(file, finding, "a reason")
    if reasoned is None:
        return
    after = _check_again(view, _with_contents(view.project.workspace, {file.path: reasoned}))
    hidden = [each for each in after.findings if each.fingerprint == finding.fingerprint and each.suppressed]
    if hidden:
        content = _with_comment(file, finding, "") or b""
        yield Action(
            f"Suppress {finding.code} {finding.name} here, with a reason",
            QUICK_FIX,
            {file.path: (file.content, content)},
            finding,
        )


def _with_comment(file: File, finding: Finding, reason: str) -> bytes | None:
    """Return the content with a comment behind the line of a finding, or None."""
    lines = file.content.decode(errors="surrogateescape").split("\n")
    number = finding.location.line - 1
    if number >= len(lines) or "oauthgit:" in lines[number]:
        return None
    text, end = lines[number].removesuffix("\r"), "\r" if lines[number].endswith("\r") else ""
    lines[number] = f"{text.rstrip()} # oauthgit: ignore[{finding.code}] {reason}{end}"
    return "\n".join(lines).encode(errors="surrogateescape")


def _with_contents(workspace: Workspace, contents: Mapping[str, bytes]) -> Workspace:
    files = (file._replace(content=contents.get(file.path, file.content)) for file in workspace.files)
    return workspace._replace(files=tuple(files))


def _fix_all(view: View, path: str) -> Iterator[Action]:
    here = (finding for finding in view.project.findings if finding.location.file == path)
    if not any(finding.fixable == SAFE for finding in here):
        return
    result = fix_workspace(view.project.workspace, view.unread, Selection(paths=(path,)))
    if result.contents:
        yield Action("Apply all safe fixes of oauthgit to this file", FIX_ALL, result.contents)


def _move_to_branch(view: View, path: str, line: int, column: int) -> Iterator[Action]:
    """Yield the move of a setting to the branch below, if all of its targets agree."""
    layer, spot = view.layer_at(path), view.find_spot(path, line, column)
    below = view.project.parents.get(layer) if layer else None
    own = view.settings_of(layer) if layer else None
    pointer = find_setting(own, spot.pointer) if own and spot else None
    branch = view.file_of(below) if below else None
    if own is None or not pointer or not server_of(pointer) or pointer not in own.settings or branch is None:
        return
    value = own.settings[pointer].value
    uses = list(find_uses(view, branch.layer, pointer))
    targets = view.users_of(branch.layer)
    agree = all(use.values[0].value == value and type(use.values[0].value) is type(value) for use in uses)
    if isinstance(value, SecretReference) or not agree or not len(uses) == len(targets) >= _AGREEING:
        return
    stays = set(chain_of(branch.layer, view.project.parents))
    files = {each.layer for use in uses for each in use.values if each.location and each.layer not in stays}
    if layer not in files or own.settings[pointer].origin.layer != layer:
        return
    contents = _moved(view, branch, files, pointer, value)
    if contents:
        yield Action(
            f"Move {name_of(pointer)} to the branch ({escape(branch.path)}): all {len(targets)} targets agree",
            MOVE,
            contents,
        )


def _moved(view: View, branch: File, layers: Collection[str], pointer: str, value: object) -> Contents:
    """Return the files with a setting in the branch instead of in layers above it.

    It is empty if an edit is not certain, or if anything else would change.
    """
    path, stated = split(pointer), tuple(value) if isinstance(value, list) else value
    new: dict[str, bytes] = {}
    try:
        new[branch.path] = edit_value(branch, path, stated)
        for file in filter(None, map(view.file_of, layers)):
            document = view.document(file.path)
            if document is not None and value_at(document.data, pointer) is not None:
                new[file.path] = edit_value(file, path, REMOVED)
    except NotCertainError:
        return {}
    workspace = _with_contents(view.project.workspace, new)
    after = View(_check_again(view, workspace), view.unread, view.recent, view.readings, view.state)
    before = {each.target: _values(each) for each in view.users_of(branch.layer)}
    if {each.target: _values(each) for each in after.users_of(branch.layer)} != before:
        return {}
    if _errors(after.project) - _errors(view.project):
        return {}
    old = {file.path: file.content for file in view.project.workspace.files}
    return {path: (old[path], content) for path, content in new.items()}


def _values(settings: Settings) -> dict[str, tuple[type, object]]:
    return {pointer: (type(each.value), each.value) for pointer, each in settings.settings.items()}


def _errors(project: Project) -> set[tuple[str, str]]:
    return {
        (finding.code, finding.message)
        for finding in project.findings
        if finding.severity is Severity.ERROR and finding.suppressed is None
    }
