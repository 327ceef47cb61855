"""Write values and screens in the words of the platform."""

import json
import shlex
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.schema import platform_labels
from oauthgit.model.settings import SecretReference, SecretState
from oauthgit.model.workspace import Kind

_SCREENS: Final = {
    Kind.BRANCH: "Software Factory: Integration & AI > OAuth servers",
    Kind.RUNTIME_CONFIGURATION: "Software Factory: Maintenance > Runtime configurations",
    Kind.IAM_APPLICATION: "IAM: Authorization > Applications",
}
_TAB: Final = "tab OAuth servers"
_METHODS: Final = {"client_secret_post": "In the request body", "client_secret_basic": "As Basic Auth header"}
_REDIRECT: Final = "OAuthRedirectURI"
SECRET: Final = "client_secret"  # noqa: S105 - the name of a setting
_VALUES: Final = 34
"""The column of values, without the margin."""
_QUOTED: Final = ("", "(", '"', "=", "+", "-", "@")
"""First characters of texts that look like our notes, or like formulas of a spreadsheet."""
_OLD: Final = "   (was: {})"
_EMPTY: Final = "(empty)"


class Entry(NamedTuple):
    """Hold the lines of a screen below its title, and the line of its secret.

    ``settings`` are the names of the fields. A secret is typed after the other fields of its server.
    """

    title: str
    fields: tuple[str, ...] = ()
    secret: str = ""
    settings: tuple[str, ...] = ()


def lines_of(entry: Entry, *, done: bool = False, secret_done: bool = False) -> list[str]:
    """Return the lines of an entry.

    ``done`` ticks its fields, and ``secret_done`` its secret.
    """
    is_only_secret = entry.secret and not entry.fields
    lines = [f"{_box(secret_done if is_only_secret else done)} {entry.title}", *entry.fields]
    return [*lines, f"  {_box(secret_done)} {entry.secret}"] if entry.secret else lines


def screen(kind: Kind, target: str) -> str:
    """Return the path of a target's screen."""
    return f"{_SCREENS[kind]} > {redact_urls(target.partition('/')[2])}"


def server_screen(kind: Kind, target: str, server: str) -> str:
    """Return the path of a server's screen."""
    return " > ".join((screen(kind, target), *(() if kind is Kind.BRANCH else (_TAB,)), redact_urls(server)))


def redirect_uri(kind: Kind, target: str, old: Any, new: Any) -> Entry:
    """Return the entry of a target's redirect URI."""
    return Entry(f"{screen(kind, target)} > extended properties", (_field(_REDIRECT, _text(new), _old(old)),))


def fields(title: str, names: tuple[str, str], values: Mapping[str, tuple[Any, Any]]) -> Entry | None:
    """Return the entry of a server, or None if it has no field on the platform.

    ``names`` are those of the target and the server. ``values`` maps settings to the old and the new value.
    """
    labels = {name: label for name, label in platform_labels().items() if name in values}
    label = labels.pop(SECRET, "")
    secret = _row(label, _secret(values[SECRET][1], names), "", margin=8) if label else ""
    rows = tuple(
        _field(label, _value(name, values[name][1]), _old(values[name][0], name)) for name, label in labels.items()
    )
    return Entry(title, rows, secret, tuple(labels)) if labels or secret else None


def only_new(values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return values without old ones."""
    return {name: (None, value) for name, value in values.items()}


def _box(done: object) -> str:
    return "- [x]" if done else "- [ ]"


def _field(label: str, value: str, old: str) -> str:
    return " " * 6 + _row(label, value, old, margin=6)


def _row(label: str, value: str, old: str, *, margin: int) -> str:
    return f"{label:<{_VALUES - margin - 1}} {value}{old}"


def _old(value: Any, name: str = "") -> str:
    return "" if value is None else _OLD.format(_value(name, value))


def _value(name: str, value: Any) -> str:
    if name == "token_endpoint_auth_method":
        return _METHODS.get(value, _text(value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, (list, tuple)):
        return " ".join(map(_text, value)) or _EMPTY
    return _text(value)


def _secret(value: Any, names: tuple[str, str]) -> str:
    """Return the source of a secret, and the command that shows it."""
    secret = value.reference if isinstance(value, SecretState) else value
    if not isinstance(secret, SecretReference):
        return _EMPTY
    quoted = " ".join(shlex.quote(name) for name in names)
    if secret.state == "from_env":
        return f"(the environment variable {redact_urls(secret.name)} of CI)"
    if secret.state == "encrypted":
        fingerprint = f"#{value.fingerprint}; " if isinstance(value, SecretState) else ""
        return f"({fingerprint}this prints it on a terminal: oauthgit secrets show {escape(quoted)})"
    where = "in plain text" if secret.state == "plain" else "not in a secrets file, but"
    return f"({where} in {redact_urls(secret.file)}; get a new one, and encrypt it with oauthgit secrets set {escape(quoted)})"


def _text(value: Any) -> str:
    if value is None or value == "":
        return _EMPTY if value is None else '""'
    text = redact_urls(str(value))
    is_quoted = text[:1] in _QUOTED or text != text.strip() or "   (was: " in text
    return json.dumps(text, ensure_ascii=False) if is_quoted else text
