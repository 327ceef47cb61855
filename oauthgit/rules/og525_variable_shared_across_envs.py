"""Check OG525: one variable for the secrets of production and another environment."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import CorrelationKey, RuleMatch, targets_rule
from oauthgit.model.settings import Origin, SecretReference, Settings

_COMPARED: Final = 100
"""Most clients of other environments with which a client of production is compared."""


class _Client(NamedTuple):
    """Hold a client and the layer that states its secret."""

    token_endpoint: object
    client_id: object
    layer: str


_Users = dict[_Client, tuple[Settings, str]]


def _sides_of_variables(_documents: Sequence[Document], targets: Sequence[Settings]) -> Iterator[CorrelationKey]:
    """Yield each variable of a target with its side: production or other."""
    for settings, _, name in _variables(targets):
        yield name, "production" if settings.environment == "production" else "other"


@targets_rule("OG525", Severity.WARNING, correlation_keys=_sides_of_variables)
def variable_shared_across_envs(targets: Sequence[Settings]) -> Iterator[RuleMatch]:
    """Production and another environment take their secrets from one variable.

    One run has one value for a variable, so one of two clients gets the secret of the other. If jobs set the variable
    differently for each environment, a job with the wrong settings sends the secret of production as that of the other
    client, and nobody sees in the files which secret is meant. OG606 reports one client for both, and OG305 a client
    whose secret is inherited.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml runtime_configuration
    environment: development
    oauth_servers:
      crm:
        client_id: crm-development
        client_secret: {from_env: CRM_SECRET}
    ```

    ```yaml iam_application
    environment: production
    oauth_servers:
      crm:
        client_id: crm-production
        client_secret: {from_env: CRM_SECRET}  # OG525: the secret of crm in production and of crm in development
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml runtime_configuration
    environment: development
    oauth_servers:
      crm:
        client_id: crm-development
        client_secret: {from_env: CRM_SECRET}
    ```

    ```yaml iam_application
    environment: production
    oauth_servers:
      crm:
        client_id: crm-production
        client_secret: {from_env: CRM_SECRET_PRODUCTION}
    ```
    """
    users: dict[str, tuple[_Users, _Users]] = {}
    for settings, server, name in _variables(targets):
        side = users.setdefault(name, ({}, {}))[settings.environment != "production"]
        values, origin = settings.servers[server], _origin(settings, server)
        client = _Client(values.get("token_endpoint"), values.get("client_id"), origin.layer)
        side.setdefault(client, (settings, server))
    for name, (production, others) in users.items():
        compared = list(islice(others.items(), _COMPARED))
        for client, (settings, server) in production.items():
            found = next((user for other, user in compared if _are_apart(client, other)), None)
            if found:
                other, same = found
                yield RuleMatch(
                    f"the variable {name} holds the secret of {server} in production and of {same} in {other.environment}",
                    join("oauth_servers", server, "client_secret"),
                    remedy="Name a variable for each environment, and add it to env_secrets of the policy.",
                    related=((f"used by {other.target}", _origin(other, same)),),
                    targets=(settings, other),
                )


def _are_apart(one: _Client, other: _Client) -> bool:
    """Return True for two clients with a secret of their own.

    OG606 reports one client, and OG305 a client that inherits its secret.
    """
    return one[:2] != other[:2] and one.layer != other.layer


def _origin(settings: Settings, server: str) -> Origin:
    return settings.settings[join("oauth_servers", server, "client_secret")].origin


def _variables(targets: Sequence[Settings]) -> Iterator[tuple[Settings, str, str]]:
    """Yield each target and server whose secret comes from a variable, with its name."""
    for settings in targets:
        for server, values in settings.servers.items() if settings.environment is not None else ():
            secret = values.get("client_secret")
            if not isinstance(secret, SecretReference) or secret.state != "from_env":
                continue
            if settings.is_known(join("oauth_servers", server, "client_secret")):
                yield settings, server, secret.name
