"""Check offline that a secret may be sent to its token endpoint."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from oauthgit.model.formats.sanitize import command, redact_urls
from oauthgit.model.secret import Vault, VaultEntry
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.probe.http.endpoint import Endpoint, matches, parse

_MISPLACED = {
    "plain": "it is written in plain text",
    "inline": "it is in a layer, where it cannot be pinned to the endpoint that issued it",
}
_COUNTS = "configs/oauthgit.yaml of the default branch, in a separate change"


class Refusal(NamedTuple):
    """Hold the reason for sending nothing.

    ``setting`` is the key of the server at fault, ``code`` the code of the finding.
    """

    setting: str
    reason: str
    remedy: str
    code: str = "OG908"
    connector_status: int | None = None


def check(settings: Settings, server: str, vault: Vault, *, sandbox: bool) -> Refusal | VaultEntry:
    """Return the secret of a server, or the reason why it must not be sent.

    With ``sandbox`` the local sandbox answers, so the rules about hosts do not apply; the pin still does.
    """
    data = settings.servers[server]
    entry = _secret(settings, server, vault)
    if isinstance(entry, Refusal):
        return entry
    return (
        _pin(settings.target, server, data, entry)
        or _host(data["token_endpoint"], settings.policy, settings.environment, sandbox=sandbox)
        or entry
    )


def _secret(settings: Settings, server: str, vault: Vault) -> Refusal | VaultEntry:
    data = settings.servers[server]
    reference = data.get("client_secret")
    if not isinstance(reference, SecretReference):
        return Refusal(
            "client_id",
            "no client_secret is set",
            f"Run {command('oauthgit', 'secrets', 'set', settings.target, server)}, or write from_env.",
            connector_status=-2,
        )
    if reference.state in _MISPLACED:
        return Refusal(
            "client_secret",
            f"the secret is not sent because {_MISPLACED[reference.state]}",
            "Delete it there. If it was ever in plain text, replace it at the server. Then run "
            f"{command('oauthgit', 'secrets', 'set', settings.target, server)}.",
        )
    entry = vault.entries.get((reference.file, reference.pointer))
    if entry is None:
        is_variable = reference.state == "from_env"
        where = f"the variable {reference.name} is not set" if is_variable else "its file was not decrypted"
        return Refusal(
            "client_secret",
            f"the secret is not available: {where}",
            "See the finding about this file or variable.",
        )
    return entry


def _pin(target: str, server: str, data: Mapping[str, Any], entry: VaultEntry) -> Refusal | None:
    endpoint, reference = data["token_endpoint"], data["client_secret"]
    pin = command("oauthgit", "secrets", "pin", target, server)
    if reference.state == "from_env" and endpoint not in entry.send_only_to:
        stated = "lists other URLs for it" if entry.send_only_to else "does not list it"
        return Refusal(
            "client_secret" if not entry.send_only_to else "token_endpoint",
            f"{reference.name} must not be sent to {redact_urls(endpoint)}: env_secrets of the trusted policy {stated}",
            f"Have {reference.name} added with this URL to env_secrets in {_COUNTS}.",
            "OG519" if entry.send_only_to else "OG518",
        )
    if not entry.send_only_to:
        return Refusal(
            "client_secret",
            "the secret is not pinned to a token endpoint (send_only_to is missing)",
            f"Run {pin}, which writes send_only_to next to the secret.",
            "OG518",
        )
    if endpoint not in entry.send_only_to:
        return Refusal(
            "token_endpoint",
            f"the secret is pinned to a token endpoint other than {redact_urls(endpoint)}",
            f"If the new endpoint is right, have someone with the key run {pin}; otherwise correct the endpoint.",
            "OG519",
        )
    return None


def _host(url: str, policy: Mapping[str, Any], environment: str | None, *, sandbox: bool) -> Refusal | None:
    try:
        endpoint = parse(url)
    except ValueError as error:
        return Refusal(
            "token_endpoint",
            f"the URL of the token endpoint is not safe: {error}",
            "Write the URL as https://host/path.",
        )
    if sandbox:
        return None
    if not _is_trusted(endpoint, policy):
        return Refusal(
            "token_endpoint",
            f"host {_name_endpoint(endpoint)} is not in trusted_hosts",
            f"Have it added to trusted_hosts in {_COUNTS}, if secrets may go there.",
        )
    if endpoint.scheme == "http" and environment == "production":
        return Refusal(
            "token_endpoint",
            "a production secret is never sent over http",
            "Use the https URL of the token endpoint.",
        )
    if endpoint.scheme == "http" and not _may_speak_http(endpoint, policy):
        return Refusal(
            "token_endpoint",
            f"http would send the secret in plain text, and host {endpoint.host} is not in http_hosts",
            f"Use the https URL of the token endpoint, or have a test host added to http_hosts in {_COUNTS}.",
        )
    return None


def explain_closed(url: str, policy: Mapping[str, Any], environment: str | None, *, sandbox: bool) -> str:
    """Return the reason why no request may go to ``url``, or an empty text.

    It also applies to requests without a secret: a change must not make a CI runner call arbitrary hosts. The rules are
    those of the token endpoint.
    """
    try:
        endpoint = parse(url)
    except ValueError as error:
        return f"the URL is not safe: {error}"
    if sandbox:
        return ""
    if not _is_trusted(endpoint, policy):
        return f"host {_name_endpoint(endpoint)} is not in trusted_hosts"
    if endpoint.scheme == "http" and (environment == "production" or not _may_speak_http(endpoint, policy)):
        return f"http is not permitted: host {_name_endpoint(endpoint)} is not in http_hosts, or the environment is production"
    return ""


def _is_trusted(endpoint: Endpoint, policy: Mapping[str, Any]) -> bool:
    return any(matches(pattern, endpoint) for pattern in policy["trusted_hosts"])


def _may_speak_http(endpoint: Endpoint, policy: Mapping[str, Any]) -> bool:
    return any(matches(pattern, endpoint, any_port=True) for pattern in policy["http_hosts"])


def _name_endpoint(endpoint: Endpoint) -> str:
    return endpoint.host if endpoint.port in {80, 443} else f"{endpoint.host}:{endpoint.port}"
