"""Render a checklist for the platform's screens: the new values of their fields.

An entry is a screen, and below it the fields with their new values. Only settings with a field on the platform are
listed. A text that looks like one of our notes in brackets is quoted as in JSON.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from oauthgit.model.difference import Change, Differences, Status, TargetDifference
from oauthgit.model.formats.sanitize import defuse, format_count, redact_urls
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


def render(report: Report) -> str:
    """Return an entry for every screen to edit, those of production first."""
    found = report.differences
    if found is None:
        return ""
    entries = ["".join(f"{line}\n" for line in entry) for each in found.targets for entry in _entries(each)]
    return defuse("\n".join(_head(found, len(entries)) + entries))


def _head(found: Differences, entries: int) -> list[str]:
    count = format_count(entries, "screen") if entries else "no screen to edit"
    return [f"{redact_urls(found.base)} -> {redact_urls(found.head)}: {headline(found) if found.unread else count}\n"]


def _entries(difference: TargetDifference) -> Iterator[list[str]]:
    """Yield the lines of each entry of a target: its own, then those of its servers."""
    if difference.status is Status.INCOMPARABLE:
        yield [f"[ ] {_screen(difference)}: cannot be compared, {redact_urls(difference.reason)}"]
        return
    if difference.status is Status.ADDED:
        yield [f"[ ] {_screen(difference)}: is new"]
    elif difference.status is Status.REMOVED:
        yield [f"[ ] {_screen(difference)}: is no longer described; remove its OAuth servers"]
        return
    elif difference.status is Status.RENAMED:
        yield [f"[ ] {_screen(difference)}: is renamed, it was {redact_urls(difference.was.partition('/')[2])}"]
    own = [change for change in difference.changes if change.setting == "redirect_uri" and not change.server]
    if own:
        yield [f"[ ] {_screen(difference)} > extended properties", _field(_REDIRECT, _text(own[0].after))]
    servers = dict.fromkeys(change.server for change in difference.changes if change.server)
    for server in servers:
        yield from _server(difference, server, [each for each in difference.changes if each.server == server])


def _server(difference: TargetDifference, server: str, changes: list[Change]) -> Iterator[list[str]]:
    tab = () if difference.kind is Kind.BRANCH else (_TAB,)
    title = " > ".join((_screen(difference), *tab, redact_urls(server)))
    values: dict[str, Any] = {change.setting: change.after for change in changes}
    if "" in values:
        if values[""] is None:
            yield [f"[ ] {title}: remove this server"]
            return
        title += ": add this server"
        values = values[""]
    labels = platform_labels()
    fields = [_field(label, _value(name, values[name])) for name, label in labels.items() if name in values]
    if fields:
        yield [f"[ ] {title}{_follows(difference, changes)}", *fields]


def _follows(difference: TargetDifference, changes: list[Change]) -> str:
    """Return a note if all changes come from a branch, which has its own entry."""
    layers = {change.cause.layer if change.cause else "" for change in changes}
    layer = layers.pop() if len(layers) == 1 else ""
    is_below = layer.startswith(f"{Kind.BRANCH}/") and layer != difference.target
    return f" (follows from branch {redact_urls(layer.partition('/')[2])})" if is_below else ""


def _screen(difference: TargetDifference) -> str:
    return f"{_SCREENS[difference.kind]} > {redact_urls(difference.target.partition('/')[2])}"


def _field(label: str, value: str) -> str:
    return f"      {label:<{_WIDTH}} {value}"


def _value(name: str, value: Any) -> str:
    if isinstance(value, SecretState):
        return _secret(value)
    if name == "token_endpoint_auth_method":
        return _METHODS.get(value, _text(value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, (list, tuple)):
        return " ".join(map(_text, value)) or "(empty)"
    return _text(value)


def _secret(secret: SecretState) -> str:
    state, file, _, name, _ = secret.reference
    if state == "from_env":
        return f"(the environment variable {redact_urls(name)} of CI)"
    if state == "plain":
        return f"(in plain text in {redact_urls(file)}: create a new one)"
    return f"(the one in {redact_urls(file)}, #{secret.fingerprint}: copy it from your vault)"


def _text(value: Any) -> str:
    if value is None:
        return "(empty)"
    text = redact_urls(str(value))
    return json.dumps(text, ensure_ascii=False) if text[:1] in {"(", '"', ""} or text != text.strip() else text
