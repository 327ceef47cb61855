"""Permit revocation and introspection endpoints for secrets and tokens."""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from oauthgit.model.credential import GrantedEndpoint
from oauthgit.model.secret import Vault, VaultEntry
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.probe.gate import explain_closed

Name = Literal["revocation_endpoint", "introspection_endpoint"]
NAMES: Final[tuple[Name, ...]] = ("revocation_endpoint", "introspection_endpoint")


class Permission(NamedTuple):
    """Hold the permitted URL, or None and the reason."""

    url: str | None
    refusal: str = ""


class Terms(NamedTuple):
    """Hold the inputs of a plan.

    ``vault`` has the decrypted secrets, ``granted`` the endpoints in the trusted commits. ``sandbox`` is True if the
    local sandbox answers.
    """

    vault: Vault
    granted: frozenset[GrantedEndpoint]
    sandbox: bool


def permit_endpoint(settings: Settings, server: str, name: Name, entry: VaultEntry, terms: Terms) -> Permission:
    """Return the endpoint ``name`` of a server if it may get secret and tokens.

    The secret's pin must list exactly this URL, or a trusted commit or the catalogue must state it together with the
    server's token endpoint. The policy must permit its host, as for the token endpoint. The sandbox replaces both
    endpoints by its own, so it permits every URL.
    """
    data = settings.servers[server]
    url = data.get(name)
    if not url:
        return Permission(None, f"no {name} is set")
    if terms.sandbox:
        return Permission(url)
    catalogue = settings.providers.get(server, {}).get("oauth_server", {})
    secret = data["client_secret"]
    endpoint = GrantedEndpoint(data["token_endpoint"], url, _identity(secret))
    is_granted = endpoint in terms.granted or endpoint._replace(secret=()) in _pairs(catalogue, ())
    if url not in entry.send_only_to and not is_granted:
        is_variable = secret.state == "from_env"
        pin = f"env_secrets/{secret.name} of the policy" if is_variable else "send_only_to of the secret"
        return Permission(None, f"{pin} does not list {name}; add it there if the URL is right")
    why = explain_closed(url, settings.policy, settings.environment, sandbox=False)
    return Permission(None, f"{name}: {why}") if why else Permission(url)


def stated_endpoints(targets: Iterable[Settings]) -> frozenset[GrantedEndpoint]:
    """Return the revocation and introspection endpoints of ``targets``.

    Each is bound to a secret and its token endpoint.
    """
    return frozenset(
        endpoint
        for settings in targets
        for server in settings.servers.values()
        if isinstance(secret := server.get("client_secret"), SecretReference)
        for endpoint in _pairs(server, _identity(secret))
    )


def _identity(secret: SecretReference) -> tuple[str, ...]:
    """Return a key of a secret; clients of one server do not share endpoints."""
    return ("variable", secret.name) if secret.state == "from_env" else ("file", secret.file, secret.pointer)


def _pairs(server: object, secret: tuple[str, ...]) -> frozenset[GrantedEndpoint]:
    if not isinstance(server, dict) or not server.get("token_endpoint"):
        return frozenset()
    urls = (server[name] for name in NAMES if server.get(name))
    return frozenset(GrantedEndpoint(server["token_endpoint"], url, secret) for url in urls)
