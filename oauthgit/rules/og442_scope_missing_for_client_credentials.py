"""Check OG442: a server login without a scope."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG442", Severity.ERROR, on="/oauth_servers/*/grant_types")
def scope_missing_for_client_credentials(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A server that is used for a server login has no scope.

    The platform's server login connector sends no request without a scope. It stops with status -3 (no scope defined),
    although the authorization server might have used a default scope (RFC 6749 section 3.3).

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]  # OG442: crm has no scope
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
    """
    if "client_credentials" not in setting.value:
        return
    scopes = settings.of(setting.server, "scopes")
    if scopes and scopes.value:
        return
    pointer = join("oauth_servers", setting.server, "scopes")
    if settings.is_known(pointer):
        emptied = scopes is not None and scopes.origin.place is not None
        yield RuleMatch(
            f"{setting.server} has no scope, and the server login connector stops with status -3 without one",
            pointer=pointer if emptied else None,
            remedy="Name at least one scope, or take client_credentials out of grant_types.",
            related=(
                ("used for a server login according to", setting.origin),
                ("without it in", settings.origin(pointer)),
            ),
        )
