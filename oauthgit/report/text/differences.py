"""Render differences as text: changes of targets, their edits, and the policy."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from oauthgit.model.difference import Change, Differences, PolicyChange, Reach, Status, TargetDifference, notes_of
from oauthgit.model.formats.sanitize import escape, format_count, list_some, redact_urls
from oauthgit.model.headline import headline
from oauthgit.model.location import format_place
from oauthgit.model.settings import SecretState
from oauthgit.report.text.layout import table, words

_REPORTED: Final = ("token_endpoint", "client_id", "grant_types", "scopes")
"""The settings to show of a server that was added or removed."""
_NAMED_TARGETS: Final = 8


def differences(of: Differences) -> str:
    """Return the headline, a section for each target, the edits, and the policy."""
    sections = [[f"{escape(of.base)} -> {escape(of.head)}: {redact_urls(headline(of))}"]]
    sections += [list(_targets(group)) for group in of.groups]
    sections.append([line for group in of.edits for line in _edits(group)])
    sections.append(list(_policy(of.policy)))
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in sections if lines)


def _targets(group: Sequence[TargetDifference]) -> Iterator[str]:
    for each in group[:_NAMED_TARGETS]:
        yield "   ".join(filter(None, (escape(each.target), each.environment, _status(each))))
    if len(group) > _NAMED_TARGETS:
        yield f"and {format_count(len(group) - _NAMED_TARGETS, 'more target')}"
    reported = group[0].status in {Status.ADDED, Status.REMOVED}
    changes = (change for change in group[0].changes if not (reported and change.setting == "environment"))
    yield from table([row for change in changes for row in _rows(change)], indent="  ")
    notes = notes_of(group)
    for note in notes[:_NAMED_TARGETS]:
        yield f"  = {redact_urls(note.text)}{f': {escape(note.command)}' if note.command else ''}"
    if len(notes) > _NAMED_TARGETS:
        yield f"  = and {format_count(len(notes) - _NAMED_TARGETS, 'more note')}"


def _status(difference: TargetDifference) -> str:
    if difference.status is Status.INCOMPARABLE:
        return f"cannot be compared: {redact_urls(difference.reason)}"
    if difference.status is Status.RENAMED:
        return f"renamed, it was {escape(difference.was)}"
    return "" if difference.status is Status.CHANGED else str(difference.status)


def _rows(change: Change) -> Iterator[tuple[str, str, str]]:
    server, risk = escape(change.server), change.risk.value
    if change.setting:
        name = f"{server}.{escape(change.setting)}" if server else escape(change.setting)
        yield risk, name, value_in_words(change.before)
        yield "", "", f"-> {value_in_words(change.after)}"
        return
    yield risk, server, "removed" if change.after is None else "added"
    whole: Mapping[str, Any] = change.before if change.after is None else change.after
    for name in _REPORTED:
        if whole.get(name):
            yield "", f"{server}.{name}", value_in_words(whole[name])


def _edits(group: Sequence[Reach]) -> Iterator[str]:
    for cause, _, _ in group:
        where = format_place(cause.location) if cause.location else escape(cause.layer)
        yield f"{where}   {'.'.join(escape(part) for part in (cause.server, cause.setting) if part)}"
    _, reached, hidden = group[0]
    if reached and (hidden or reached != (group[0].cause.layer,)):
        yield f"  reaches {list_some([escape(target) for target in reached], _NAMED_TARGETS)}"
    overrides = [
        (f"hidden in {escape(name)}", f"by {format_place(location)}" if location else "")
        for name, location in hidden[:_NAMED_TARGETS]
    ]
    more = len(hidden) - _NAMED_TARGETS
    yield from table([*overrides, *([(f"and in {more} more", "")] if more > 0 else [])], indent="  ")


def _policy(changes: Sequence[PolicyChange]) -> Iterator[str]:
    if changes:
        yield f"the policy: {format_count(len(changes), 'change')}"
    yield from table([row for change in changes for row in _member(change)], indent="  ")


def _member(change: PolicyChange) -> Iterator[tuple[str, str, str]]:
    name, loosened = escape(change.name), "loosened" if change.loosened else ""
    if isinstance(change.before, list) and isinstance(change.after, list):
        signed = [f"+ {redact_urls(item)}" for item in change.after if item not in change.before]
        signed += [f"- {redact_urls(item)}" for item in change.before if item not in change.after]
        for sign in signed or ["in another order"]:
            yield loosened, name, sign
            loosened = name = ""
        return
    yield loosened, name, _grade(change.before)
    yield "", "", f"-> {_grade(change.after)}"


def _grade(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{escape(name)}: {word}" for name, word in value.items() if word)
    return words(value)


def value_in_words(value: Any) -> str:
    """Return a value for people; a secret is shown by its fingerprint."""
    if not isinstance(value, SecretState):
        return words(value)
    if value.reference.state in {"plain", "from_env"}:
        return words(value.reference)
    return f"#{value.fingerprint}"
