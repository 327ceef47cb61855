"""Find the checks that a change removes or weakens (OG714).

They concern environments, targets and suppressions.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from oauthgit import rules
from oauthgit.discover.commit import discover_in, refuse_unread_folders
from oauthgit.discover.git import Commit, GitError
from oauthgit.discover.layout import SIZE, WORKFLOWS
from oauthgit.discover.sparse import refuse_sparse
from oauthgit.model.document import Document
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import split
from oauthgit.model.formats.local_path import relative_path
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.location import Location
from oauthgit.model.project import Project
from oauthgit.model.schema import defaults, schema
from oauthgit.model.suppression import Suppression
from oauthgit.model.workspace import TARGETS, File, Kind
from oauthgit.parse import parse
from oauthgit.parse.scalar import scalars
from oauthgit.pipeline.operations.baseline import LIMIT, entries_in, place_of
from oauthgit.pipeline.resolve import targets_by_file
from oauthgit.triage.baseline import Entry, read_baseline
from oauthgit.triage.suppress import STAGES
from oauthgit.triage.unsuppressible import why_comment_is_ignored

_CODES: Final = 10


def find_weakened(project: Project, base: Commit, baseline: str | None = None) -> list[Finding]:
    """Return the checks of ``base`` that ``project`` lacks or has weakened.

    Severities are compared elsewhere. ``baseline`` is the baseline file of this run.

    Raises:
        UsageError: The base cannot be read.

    """
    try:
        before = _files_before(project, base)
        refuse_sparse(base.repository, before.keys() - {file.path for file in project.workspace.files})
        grown = [*_find_grown(base, baseline)] if baseline else []
    except GitError as error:
        raise UsageError(f"what is checked cannot be compared with the base: {error}") from None
    reached = targets_by_file(project.workspace.files, project.parents)
    found = []
    for file in project.workspace.files:
        was = before.get(file.path)
        if was is None or was.content != file.content:
            targets = tuple(target for target in reached.get(file.path, ()) if target in project.environments)
            found += [each._replace(targets=targets) for each in _compare_comments(was, file, redact_urls(base.ref))]
    return [*found, *_find_removed(project, before, redact_urls(base.ref)), *grown]


def _files_before(project: Project, base: Commit) -> dict[str, File]:
    """Return the files of the base by path: configs, and workflows that remain."""
    files = {file.path: file for file in project.workspace.files}
    known = {path: file.content for path, file in files.items()}
    refuse_unread_folders(base)
    before = {file.path: file for file in discover_in(base, known)[0].files}
    if any(file.kind is Kind.WORKFLOW for file in files.values()):
        listed = base.list_files(WORKFLOWS)
        entries = [entry for entry in listed if entry.path in files and not entry.special and entry.size <= SIZE]
        contents = base.read_new(entries, known)
        before |= {path: files[path]._replace(content=content) for path, content in contents.items()}
    return before


def _compare_comments(was: File | None, now: File, base: str) -> Iterator[Finding]:
    if now.kind in TARGETS and was:
        yield from _environment(was, now, base)
    if now.kind in STAGES and b"oauthgit" in now.content.lower():
        yield from _suppressions(was, now, base)


def _environment(was: File, now: File, base: str) -> Iterator[Finding]:
    document = parse(now)[0]
    before, after = (_environment_of(each) for each in (parse(was)[0], document))
    if document and before and after and before != after:
        yield Finding(
            "OG714",
            f"the environment goes from {redact_urls(before)} in {base} to {redact_urls(after)}, and with it "
            "how strict rules are",
            document.locate("/environment"),
            remedy="Check what runs there: rules are stricter towards production.",
        )


def _environment_of(document: Document | None) -> str | None:
    """Return the stated or default environment of a target; None if unknown."""
    if document is None or not isinstance(document.data, Mapping):
        return None
    stated = document.data.get("environment", defaults(schema(document.kind)).get("environment"))
    return stated if isinstance(stated, str) else None


def _suppressions(was: File | None, now: File, base: str) -> Iterator[Finding]:
    """Yield the comments that suppress more than before.

    They are new, last longer, or stand on a changed line.
    """
    document, earlier = parse(now)[0], parse(was)[0] if was else None
    if document is None or not document.suppressions:
        return
    known: dict[tuple[str, str], dict[str, str | None]] = {}
    if was and earlier:
        for code, holder, text, _, until in _list_suppressed(earlier, was.content):
            known.setdefault((code, holder), {})[text] = until
    for code, holder, text, place, until in _list_suppressed(document, now.content):
        words = f"until {until}" if until else "for good"
        same = known.get((code, holder), {})
        before = same.get(text)
        if not same:
            message = f"a comment suppresses {code} here {words}, and none does in {base}"
        elif text not in same:
            message = f"a comment suppresses {code} here {words}, and the line that it covers is not the same in {base}"
        elif before is not None and (until is None or until > before):
            message = f"a comment suppresses {code} here {words}, and in {base} until {before}"
        else:
            continue
        yield Finding(
            "OG714", message, place, remedy="Check that its reason is valid: findings of the rule are not reported."
        )


def _list_suppressed(document: Document, content: bytes) -> Iterator[tuple[str, str, str, Location, str | None]]:
    """Yield each suppressed code with its setting, text, place and end date."""
    lines = content.decode(errors="replace").splitlines()
    holders: dict[int, str] = {}
    ends: dict[int, int] = {}
    for pointer, mark in document.marks.items():
        holders.setdefault((mark.key or mark.value).line, pointer)
    for pointer, _, _ in scalars(document.data):  # a scalar may go on below the line on which it is found wanting
        if span := document.marks.get(pointer):
            first = (span.key or span.value).line
            for line in {first, span.value.line}:
                ends[line] = max(ends.get(line, line), span.value.end_line)
    for suppression in document.suppressions:
        text = _covered_text(lines, suppression, ends.get(suppression.line, suppression.line))
        for code, place in suppression.codes if suppression.reason else ():
            if code not in rules.modules() or why_comment_is_ignored(rules.load(code)):
                continue  # that is an error of its own
            yield code, _name_items(document.data, holders.get(suppression.line, "")), text, place, suppression.until


def _covered_text(lines: Sequence[str], suppression: Suppression, end: int) -> str:
    """Return the text that a comment concerns, up to line ``end``, without it."""
    line, column = suppression.location[1:3]
    kept = [
        (text[: column - 1] if number == line else text).strip()
        for number, text in enumerate(lines[suppression.line - 1 : end], suppression.line)
    ]
    return "\n".join(kept) if suppression.line else ""


def _name_items(data: Any, pointer: str) -> str:
    """Return a pointer in which list items are named by value, not by number."""
    tokens = []
    for token in split(pointer):
        is_item = isinstance(data, list)
        data = data[int(token) if is_item else token]
        tokens.append(str(data) if is_item and not isinstance(data, (dict, list)) else token)
    return "\n".join(tokens)


def _find_removed(project: Project, before: Mapping[str, File], base: str) -> Iterator[Finding]:
    here = {file.layer for file in project.workspace.files if file.kind in TARGETS}
    for file in before.values():
        if file.kind in TARGETS and file.layer not in here:
            environment = _environment_of(parse(file)[0])
            yield Finding(
                "OG714",
                f"{redact_urls(file.layer)}{f' ({redact_urls(environment)})' if environment else ''} is in {base} and not here: "
                "nothing checks it any more",
                Location(file.path),
                remedy="Check that it no longer runs, or which file describes it now.",
                targets=(file.layer,),
            )


def _find_grown(base: Commit, baseline: str) -> Iterator[Finding]:
    """Yield a finding for each baseline of the repository that has grown."""
    named = relative_path(baseline, str(base.repository.root))
    try:
        base.repository.within(named)
    except GitError:
        return  # it is no part of the change
    with suppress(UsageError):  # the run itself reports that it is no baseline
        text, entries = entries_in(baseline)
        before = base.read([named], LIMIT).get(named, b"")
        more = _more(_entries(before), entries)
        if more:
            codes = sorted({redact_urls(entry.code[:_CODES]) for entry in more})
            listed = ", ".join(codes[:_CODES]) + (" and others" if len(codes) > _CODES else "")
            count = sum(entry.times for entry in more)
            yield Finding(
                "OG714",
                f"the baseline holds {count:,} finding{'s' if count > 1 else ''} more than in {redact_urls(base.ref)}: {listed}",
                place_of(more[0], named, text),
                remedy="Check that they may stay: findings in a baseline fail no run.",
            )


def _entries(content: bytes) -> Sequence[Entry]:
    try:
        return read_baseline(content.decode())
    except ValueError:  # there was none, or what was there held nothing
        return ()


def _more(before: Sequence[Entry], now: Sequence[Entry]) -> list[Entry]:
    """Return the entries that are new, or count more, with by how much."""
    known = {entry[:3]: entry.times for entry in before}
    more = (entry._replace(times=entry.times - known.get(entry[:3], 0)) for entry in now)
    return [entry for entry in more if entry.times > 0]
