"""List the edits that a change of git needs on the platform's screens."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from oauthgit.model.difference import Change, Differences, Status, TargetDifference
from oauthgit.model.formats.sanitize import format_count, redact_urls
from oauthgit.model.headline import headline
from oauthgit.model.workspace import Kind
from oauthgit.report.checklist.fields import (
    SECRET,
    Entry,
    fields,
    lines_of,
    only_new,
    redirect_uri,
    screen,
    server_screen,
)

_FOLLOWS: Final = " (follows from branch {}: only look, do not type)"


def differences(found: Differences) -> list[str]:
    """Return the head, and the lines of every entry."""
    entries = ["".join(f"{line}\n" for line in entry) for each in found.targets for entry in _entries(each, found.done)]
    return [*_head(found, len(entries)), *entries]


def _head(found: Differences, entries: int) -> list[str]:
    names = f"{redact_urls(found.base)} -> {redact_urls(found.head)}: {redact_urls(headline(found))}"
    count = format_count(entries, "screen") if entries else "no screen to edit"
    return [f"{names}\n"] if found.unread else [f"{names}\n{count}\n"]


def _entries(difference: TargetDifference, done: frozenset[tuple[str, str, str]]) -> Iterator[list[str]]:
    """Yield the lines of each entry of a target: its own, then those of its servers."""
    target, title = difference.target, screen(difference.kind, difference.target)
    is_done = (target, "", "") in done
    if difference.status is Status.INCOMPARABLE:
        yield lines_of(Entry(f"{title}: cannot be compared, {redact_urls(difference.reason)}"))
        return
    if difference.status is Status.ADDED:
        yield lines_of(Entry(f"{title}: is new"), done=is_done)
    elif difference.status is Status.REMOVED:
        yield lines_of(Entry(f"{title}: is no longer described; remove its OAuth servers"), done=is_done)
        return
    elif difference.status is Status.RENAMED:
        was = redact_urls(difference.was.partition("/")[2])
        yield lines_of(Entry(f"{title}: is renamed, it was {was}"), done=is_done)
    own = [change for change in difference.changes if change.setting == "redirect_uri" and not change.server]
    if own:
        entry = redirect_uri(difference.kind, target, own[0].before, own[0].after)
        yield lines_of(entry, done=(target, "", "redirect_uri") in done)
    for server in dict.fromkeys(change.server for change in difference.changes if change.server):
        changes = [each for each in difference.changes if each.server == server]
        for branch in dict.fromkeys(_branch_of(difference, each) for each in changes):
            same = [each for each in changes if _branch_of(difference, each) == branch]
            yield from _server(difference, same, branch, done)


def _server(
    difference: TargetDifference, changes: Sequence[Change], branch: str, done: frozenset[tuple[str, str, str]]
) -> Iterator[list[str]]:
    target, server = difference.target, changes[0].server
    title = server_screen(difference.kind, target, server)
    follows = _FOLLOWS.format(branch) if branch else ""
    whole = next((change for change in changes if not change.setting), None)
    if whole is None:
        values = {each.setting: (each.before, each.after) for each in changes}
        yield from _fields(f"{title}{follows}", target, server, values, done)
    elif whole.after is None:
        yield lines_of(Entry(f"{title}: remove this server{follows}"), done=(target, server, "") in done)
    else:
        own = {name: value for name, value in whole.after.items() if branch and name in whole.own}
        others = {name: value for name, value in whole.after.items() if name not in own}
        yield from _fields(f"{title}: add this server{follows}", target, server, only_new(others), done)
        yield from _fields(title, target, server, only_new(own), done)


def _fields(
    title: str,
    target: str,
    server: str,
    values: Mapping[str, tuple[Any, Any]],
    done: frozenset[tuple[str, str, str]],
) -> Iterator[list[str]]:
    entry = fields(title, (target, server), values)
    if entry:
        is_done = all((target, server, name) in done for name in entry.settings)
        yield lines_of(entry, done=is_done, secret_done=(target, server, SECRET) in done)


def _branch_of(difference: TargetDifference, change: Change) -> str:
    """Return the branch that a change of another layer comes from, or an empty text.

    The branch has its own entry, and the platform applies it to this target.
    """
    layer = change.cause.layer if change.cause else ""
    is_below = layer.startswith(f"{Kind.BRANCH}/") and layer != difference.target
    return redact_urls(layer.partition("/")[2]) if is_below else ""
