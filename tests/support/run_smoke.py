"""Effective settings and vaults written by hand, and a whole smoke run in one call."""

from typing import Any

from oauthgit.model.formats.json_pointer import join
from oauthgit.model.location import Location
from oauthgit.model.secret import Secret, Vault, VaultEntry
from oauthgit.model.settings import Origin, SecretReference, Setting, Settings
from oauthgit.model.verdict import Verdict
from oauthgit.model.workspace import Kind
from oauthgit.probe import Limits, make_plan, run

LOOPBACK = Limits(timeout=5, connect_timeout=2, networks=("127.0.0.0/8",))
CLIENT_SECRET = "the-secret"
FILE = "configs/iam_applications/app.yaml"


def server(token_endpoint: str, **changes: Any) -> dict[str, Any]:
    """Return an OAuth server with every default filled in, like the result of a merge."""
    return {
        "token_endpoint": token_endpoint,
        "client_id": "client",
        "client_secret": SecretReference("encrypted", "app.secrets.yaml", "/oauth_servers/crm/client_secret"),
        "token_endpoint_auth_method": "client_secret_post",
        "require_pkce": True,
        "grant_types": ["client_credentials"],
        "scopes": ["api.read"],
        **changes,
    }


def settings(*servers: dict[str, Any], target: str = "iam_application/app", **changes: Any) -> Settings:
    """Return a target with servers ``crm``, ``crm2`` and so on; the line of a setting is its position in the server."""
    named = {f"crm{n or ''}": found for n, found in enumerate(servers)}
    leaves = {
        join("oauth_servers", name, key): Setting(
            join("oauth_servers", name, key),
            value,
            Origin(target, value, Location(FILE, line, 1, line, 2, join("oauth_servers", name, key))),
        )
        for name, found in named.items()
        for line, (key, value) in enumerate(found.items(), 1)
    }
    made = Settings(
        target=target,
        kind=Kind.IAM_APPLICATION,
        model="M",
        branch="MAIN",
        environment="test",
        place=Location(FILE),
        data={"oauth_servers": named},
        settings=leaves,
        definitions={},
        resets={},
        chain=(),
        providers={},
        policy=trusting(*servers),
    )
    return made._replace(**changes)


def trusting(*servers: dict[str, Any]) -> dict[str, Any]:
    """Return a policy that trusts the hosts of ``servers``, over http too."""
    hosts = [found["token_endpoint"].partition("://")[2].partition("/")[0] for found in servers]
    return {"trusted_hosts": hosts, "http_hosts": hosts, "networks": []}


def vault(*pins: str, secret: str = CLIENT_SECRET) -> Vault:
    """Return a vault with the secret of every server, pinned to ``pins``."""
    key = ("app.secrets.yaml", "/oauth_servers/crm/client_secret")
    return Vault({key: VaultEntry(Secret(secret), pins)})


def pins_of(*servers: dict[str, Any]) -> list[str]:
    """Return every URL of ``servers`` that gets a secret."""
    names = ("token_endpoint", "revocation_endpoint", "introspection_endpoint")
    return [found[name] for found in servers for name in names if name in found]


def smoke(*servers: dict[str, Any], secret: str = CLIENT_SECRET, limits: Limits = LOOPBACK) -> tuple[Verdict, ...]:
    """Plan and run one target with ``servers``, all with the same secret, pinned to their endpoints."""
    target = settings(*servers)
    planned = make_plan([target], vault(*pins_of(*servers), secret=secret), {})
    assert planned.refused == ()
    return run(planned, [target], limits, listen=lambda _: None).verdicts


def only(verdicts: tuple[Verdict, ...]) -> Verdict:
    """Return the only verdict."""
    (verdict,) = verdicts
    return verdict
