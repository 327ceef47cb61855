"""Render a checklist for the platform's screens: the new values of their fields.

An entry is a screen, and below it the fields with their new values. Fields that follow from a branch have an entry of
their own: they are compared, not typed. Only settings with a field on the platform are listed. A text that looks like one
of our notes in brackets is quoted as in JSON.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, Final

from oauthgit.model.difference import Change, Differences, Status, TargetDifference
from oauthgit.model.formats.sanitize import defuse, escape, format_count, redact_urls
from oauthgit.model.headline import headline
from oauthgit.model.report import Report
from oauthgit.model.schema import platform_labels
from oauthgit.model.settings import SecretState
from oauthgit.model.workspace import Kind

PARTS: Final = frozenset({"differences"})
"""The parts of a report that this format can show."""

_SCREENS: Final = {
    Kind.BRANCH: "Software Factory: Integration & AI > OAuth servers",
    Kind.RUNTIME_CONFIGURATION: "Software Factory: Maintenance > Runtime configurations",
    Kind.IAM_APPLICATION: "IAM: Authorization > Applications",
}
_TAB: Final = "tab OAuth servers"
_METHODS: Final = {"client_secret_post": "In the request body", "client_secret_basic": "As Basic Auth header"}
_REDIRECT: Final = "OAuthRedirectURI"
_WIDTH: Final = 27
_BOX: Final = "- [ ]"
_FOLLOWS: Final = " (follows from branch {}: only look, do not type)"


def render(report: Report) -> str:
    """Return an entry for every screen to edit, those of production first."""
    found = report.differences
    if found is None:
        return ""
    entries = ["".join(f"{line}\n" for line in entry) for each in found.targets for entry in _entries(each)]
    return defuse("\n".join(_head(found, len(entries)) + entries))


def _head(found: Differences, entries: int) -> list[str]:
    names = f"{redact_urls(found.base)} -> {redact_urls(found.head)}: {redact_urls(headline(found))}"
    count = format_count(entries, "screen") if entries else "no screen to edit"
    return [f"{names}\n"] if found.unread else [f"{names}\n{count}\n"]


def _entries(difference: TargetDifference) -> Iterator[list[str]]:
    """Yield the lines of each entry of a target: its own, then those of its servers."""
    if difference.status is Status.INCOMPARABLE:
        yield [f"{_BOX} {_screen(difference)}: cannot be compared, {redact_urls(difference.reason)}"]
        return
    if difference.status is Status.ADDED:
        yield [f"{_BOX} {_screen(difference)}: is new"]
    elif difference.status is Status.REMOVED:
        yield [f"{_BOX} {_screen(difference)}: is no longer described; remove its OAuth servers"]
        return
    elif difference.status is Status.RENAMED:
        yield [f"{_BOX} {_screen(difference)}: is renamed, it was {redact_urls(difference.was.partition('/')[2])}"]
    own = [change for change in difference.changes if change.setting == "redirect_uri" and not change.server]
    if own:
        yield [f"{_BOX} {_screen(difference)} > extended properties", _field(_REDIRECT, _text(own[0].after))]
    for server in dict.fromkeys(change.server for change in difference.changes if change.server):
        changes = [each for each in difference.changes if each.server == server]
        for branch in dict.fromkeys(_branch_of(difference, each) for each in changes):
            same = [each for each in changes if _branch_of(difference, each) == branch]
            yield from _server(difference, server, same, branch)


def _server(difference: TargetDifference, server: str, changes: list[Change], branch: str) -> Iterator[list[str]]:
    tab = () if difference.kind is Kind.BRANCH else (_TAB,)
    title = " > ".join((_screen(difference), *tab, redact_urls(server)))
    follows = _FOLLOWS.format(branch) if branch else ""
    whole = next((change for change in changes if not change.setting), None)
    if whole is None:
        yield from _fields(f"{title}{follows}", difference, server, {each.setting: each.after for each in changes})
    elif whole.after is None:
        yield [f"{_BOX} {title}: remove this server{follows}"]
    else:
        own = {name: value for name, value in whole.after.items() if branch and name in whole.own}
        others = {name: value for name, value in whole.after.items() if name not in own}
        yield from _fields(f"{title}: add this server{follows}", difference, server, others)
        yield from _fields(title, difference, server, own)


def _fields(title: str, difference: TargetDifference, server: str, values: Mapping[str, Any]) -> Iterator[list[str]]:
    names = f"{shlex.quote(difference.target)} {shlex.quote(server)}"
    labels = platform_labels()
    fields = [_field(label, _value(name, values[name], names)) for name, label in labels.items() if name in values]
    if fields:
        yield [f"{_BOX} {title}", *fields]


def _branch_of(difference: TargetDifference, change: Change) -> str:
    """Return the branch that a change of another layer comes from, or an empty text.

    The branch has its own entry, and the platform applies it to this target.
    """
    layer = change.cause.layer if change.cause else ""
    is_below = layer.startswith(f"{Kind.BRANCH}/") and layer != difference.target
    return redact_urls(layer.partition("/")[2]) if is_below else ""


def _screen(difference: TargetDifference) -> str:
    return f"{_SCREENS[difference.kind]} > {redact_urls(difference.target.partition('/')[2])}"


def _field(label: str, value: str) -> str:
    return f"      {label:<{_WIDTH}} {value}"


def _value(name: str, value: Any, names: str) -> str:
    if isinstance(value, SecretState):
        return _secret(value, names)
    if name == "token_endpoint_auth_method":
        return _METHODS.get(value, _text(value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, (list, tuple)):
        return " ".join(map(_text, value)) or "(empty)"
    return _text(value)


def _secret(secret: SecretState, names: str) -> str:
    state, file, _, name, _ = secret.reference
    if state == "from_env":
        return f"(the environment variable {redact_urls(name)} of CI)"
    if state == "encrypted":
        return f"(#{secret.fingerprint}; this prints it on a terminal: oauthgit secrets show {escape(names)})"
    where = "in plain text" if state == "plain" else "not in a secrets file, but"
    return f"({where} in {redact_urls(file)}; get a new one, and encrypt it with oauthgit secrets set {escape(names)})"


def _text(value: Any) -> str:
    if value is None:
        return "(empty)"
    text = redact_urls(str(value))
    return json.dumps(text, ensure_ascii=False) if text[:1] in {"(", '"', ""} or text != text.strip() else text
