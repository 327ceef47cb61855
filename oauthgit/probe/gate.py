"""Check offline that a secret may be sent to its token endpoint."""

from collections.abc import Mapping
from typing import Any

from oauthgit.model.formats.endpoint import matches
from oauthgit.model.formats.sanitize import command, redact_urls
from oauthgit.model.secret import Vault, VaultEntry
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.smoke_gate import Refusal, refuse_host, refuse_unpinned, refuse_variable
from oauthgit.probe.http.endpoint import parse

_MISPLACED = {
    "plain": "it is written in plain text",
    "inline": "it is in a layer, where it cannot be pinned to the endpoint that issued it",
}


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
    if reference.state == "from_env":
        return refuse_variable(endpoint, reference.name, entry.send_only_to)
    if not entry.send_only_to:
        return refuse_unpinned(target, server)
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
    return None if sandbox else refuse_host(endpoint, policy, environment)


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
    refused = refuse_host(endpoint, policy, environment)
    if refused and endpoint.scheme == "http" and matches(policy["trusted_hosts"], endpoint):
        return f"http is not permitted: host {endpoint.name} is not in http_hosts, or the environment is production"
    return refused.reason if refused else ""
