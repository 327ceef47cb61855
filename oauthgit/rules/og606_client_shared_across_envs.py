"""Check OG606: one client for production and another environment."""

from collections.abc import Iterator, Sequence

from oauthgit.model.document import Document
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import CorrelationKey, RuleMatch, targets_rule
from oauthgit.model.settings import Settings


def _sides_of_clients(_documents: Sequence[Document], targets: Sequence[Settings]) -> Iterator[CorrelationKey]:
    """Yield each client of a target with its side: production or other."""
    for settings, _, client in _clients(targets):
        yield repr(client), "production" if settings.environment == "production" else "other"


@targets_rule("OG606", Severity.WARNING, correlation_keys=_sides_of_clients)
def client_shared_across_envs(targets: Sequence[Settings]) -> Iterator[RuleMatch]:
    """Production and another environment use the same client of a server.

    Anybody who controls the test system can then act as production: permissions, redirect URIs and secret are shared.
    The secret cannot be replaced in one place only, and the server's log does not show which environment sent a
    request. RFC 6819 section 5.2.3.4 recommends a separate client for each installation. Two clients are the same if
    their token endpoint and `client_id` are equal. OG603 reports two clients with the same secret, after the secrets
    are decrypted.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main  # OG606: the client of crm in production is also that of crm in development
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml runtime_configuration
    environment: development
    oauth_servers: {}
    ```

    ```yaml iam_application
    environment: production
    oauth_servers: {}
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
    oauth_servers: {}
    ```

    ```yaml iam_application
    environment: production
    oauth_servers:
      crm:
        client_id: crm-production
    ```
    """
    clients: dict[tuple[object, object], list[tuple[Settings, str]]] = {}
    for settings, server, client in _clients(targets):
        clients.setdefault(client, []).append((settings, server))
    for users in clients.values():
        production = [user for user in users if user[0].environment == "production"]
        others = [user for user in users if user[0].environment != "production"]
        if not production or not others:
            continue
        (settings, server), (other, same) = production[0], others[0]
        here, there = (of.settings[join("oauth_servers", name, "client_id")] for of, name in (production[0], others[0]))
        yield RuleMatch(
            f"the client of {server} in production is also that of {same} in {other.environment}",
            here.pointer,
            remedy="Register a client for each environment, and override client_id and the secret.",
            related=((f"used by {other.target}", there.origin),) if there.origin != here.origin else (),
            targets=tuple(user for user, _ in (*production, *others)),
        )


def _clients(targets: Sequence[Settings]) -> Iterator[tuple[Settings, str, tuple[object, object]]]:
    """Yield each target and server whose client is certain, with that client."""
    for settings in targets:
        for server, values in (
            settings.servers.items() if settings.is_valid and settings.environment is not None else ()
        ):
            client = values.get("token_endpoint"), values.get("client_id")
            if all(client) and settings.is_used(server):
                yield settings, server, client
