"""Render differences in Markdown, for the comment on a pull request."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from oauthgit.model.difference import (
    Change,
    Differences,
    Note,
    PolicyChange,
    Reach,
    Status,
    TargetDifference,
    notes_of,
)
from oauthgit.model.headline import headline
from oauthgit.model.risk import Risk
from oauthgit.model.settings import SecretReference, SecretState
from oauthgit.report.markdown.layout import Block, bullets, code, place, prose, some, table

_NAMED: Final = 5
_REPORTED: Final = ("token_endpoint", "client_id", "grant_types", "scopes")
"""The settings to show of a server that was added or removed."""


def differences(of: Differences) -> Iterator[Block]:
    """Yield the headline, changes of the policy, changes of targets, and their edits."""
    yield Block(f"### OAuth settings: {prose(headline(of))}\n")
    yield Block(f"{code(of.base)} → {code(of.head)}\n")
    if of.policy:  # first, because rows that do not fit are left out from the end
        members = (_member(change) for change in of.policy)
        yield table(("policy", "member", "before", "after"), members, "member of the policy")._replace(
            nouns="members of the policy"
        )
    rows = [row for group in of.groups for row in _rows(group)]
    if rows:
        yield table(("", "target", "server", "setting", "before", "after"), rows, "change")
    notes = notes_of(of.listed)
    if notes:
        yield bullets("To do:", map(_note, notes), "note")
    edits = [_edit(group) for group in of.edits if group[0].hidden or group[0].reached != (group[0].cause.layer,)]
    if edits:
        yield bullets("Changed by:", edits, "edit")


def _note(note: Note) -> str:
    return f"{prose(note.text)}: {code(note.command)}" if note.command else prose(note.text)


def _rows(group: Sequence[TargetDifference]) -> Iterator[list[str]]:
    first = group[0]
    names = some([each.target for each in group], _NAMED)
    who = f"{names} (**production**)" if first.production else names
    if first.status is Status.INCOMPARABLE:
        yield ["**not compared**", who, "", "", "", prose(first.reason)]
    elif first.status is Status.RENAMED:
        yield ["renamed", who, "", "", code(first.was), ""]
    elif first.status is not Status.CHANGED and not first.changes:
        yield [f"**{first.status}**", who, "", "", "", ""]
    for change in first.changes:
        if not (change.setting == "environment" and first.status in {Status.ADDED, Status.REMOVED}):
            yield _row(who, change, first.status)


def _row(who: str, change: Change, status: Status) -> list[str]:
    risk = f"**{change.risk}**" if change.risk is not Risk.NONE else ""
    if status in {Status.ADDED, Status.REMOVED}:
        who = f"{who}, {status}"
    setting = code(change.setting) or "all settings"
    return [risk, who, code(change.server), setting, _value(change.before), _value(change.after)]


def _edit(group: Sequence[Reach]) -> str:
    causes = ", ".join(
        f"{place(cause.location) if cause.location else code(cause.layer)} "
        f"({code('.'.join(filter(None, (cause.server, cause.setting))))})"
        for cause, _, _ in group
    )
    _, reached, hidden = group[0]
    reaches = f" reaches {some(reached, _NAMED)}" if reached else " reaches no target"
    overrides = some([each.target for each in hidden], _NAMED)
    return f"{causes}{reaches}{f'; hidden by overrides in {overrides}' if hidden else ''}"


def _member(change: PolicyChange) -> list[str]:
    if isinstance(change.before, list) and isinstance(change.after, list):
        gone, new = (
            [item for item in one if item not in other]
            for one, other in ((change.before, change.after), (change.after, change.before))
        )
        before, after = f"without {some(gone, len(gone))}" if gone else "", f"with {some(new, len(new))}" if new else ""
    else:
        before, after = _value(change.before), _value(change.after)
    return ["**loosened**" if change.loosened else "", code(change.name), before, after]


def _value(value: Any) -> str:
    if isinstance(value, SecretState):
        return _secret(value.reference) or code(f"#{value.fingerprint}")
    if isinstance(value, Mapping):
        reported = [name for name in _REPORTED if value.get(name)] or [name for name, stated in value.items() if stated]
        return ", ".join(f"{code(name)} {_value(value[name])}" for name in reported) or "empty"
    if isinstance(value, bool):
        return code("true" if value else "false")
    if isinstance(value, (list, tuple)):
        return code(" ".join(map(str, value))) or "empty"
    return "—" if value is None else code(str(value)) or "empty"


def _secret(secret: SecretReference) -> str:
    """Describe a secret without a fingerprint; return an empty text for others."""
    if secret.state == "from_env":
        return f"from the environment variable {code(secret.name)}"
    return "in plain text" if secret.state == "plain" else ""
