"""Render effective settings as text: servers and settings, with value and origin."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from oauthgit.model.formats.json_pointer import join, split
from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.settings import Origin, SecretReference, Settings
from oauthgit.model.workspace import Kind
from oauthgit.report.text.layout import table, words

_METHODS: Final = {"client_secret_post": "in the request body", "client_secret_basic": "as Basic Auth header"}
_THIS: Final = {
    Kind.IAM_APPLICATION: "this application",
    Kind.RUNTIME_CONFIGURATION: "this runtime configuration",
    Kind.BRANCH: "this branch",
}


def targets(of: Sequence[Settings]) -> str:
    """Return a section for each target."""
    return "\n".join("".join(f"{line}\n" for line in _section(settings)) for settings in of)


def _section(settings: Settings) -> Iterator[str]:
    branch, redirect_uri = f"{settings.model}/{settings.branch}", settings.data.get("redirect_uri")
    about = (settings.target, settings.environment, branch, redirect_uri)
    yield "   ".join(redact_urls(str(part)) for part in about if part)
    rows = [row for server in settings.servers for row in _server(settings, server)] or [("no OAuth servers", "", "")]
    yield from table(rows, indent="  ")


def _server(settings: Settings, server: str) -> Iterator[tuple[str, str, str]]:
    yield escape(server), "", "from"
    secret = join("oauth_servers", server, "client_secret")
    for setting in settings.of_server(server):
        name = ".".join(escape(token) for token in split(setting.pointer)[2:])
        value = _value(name, setting.value, settings.servers[server])
        yield f"  {name}", value, _source(setting.origin, settings, setting.value)
    if secret not in settings.settings:
        yield "  client_secret", words(None), ""


def _value(name: str, value: Any, server: Mapping[str, Any]) -> str:
    if name == "client_secret" and server.get("client_secret_expires_on"):
        return f"{words(value)}, expires {words(server['client_secret_expires_on'])}"
    if name == "token_endpoint_auth_method" and value in _METHODS:
        return f"{value} ({_METHODS[value]})"
    return words(value)


def _source(origin: Origin, settings: Settings, value: Any) -> str:
    """Return the origin of a value; for an encrypted secret, the name of its file."""
    kind, _, identity = origin.layer.partition("/")
    if isinstance(value, SecretReference) and value.state == "encrypted":
        layer = escape(value.file).rpartition("/")[2]
    elif origin.layer == settings.target:
        layer = _THIS[settings.kind]
    elif kind == Kind.BRANCH:
        layer = f"branch {escape(identity.rpartition('/')[2])}"
    else:
        layer = " ".join(filter(None, (kind, escape(identity))))
    return f"{layer} :{origin.location.line}" if origin.location else layer
