"""Check OG426: a client authentication that the provider refuses."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG426", Severity.ERROR, on="/oauth_servers/*/token_endpoint_auth_method", of=Settings.knows_provider)
def auth_method_provider(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """The provider does not accept the configured client authentication.

    Some providers accept the credentials in one place only: a Basic Auth header, or the request body (RFC 6749 section
    2.3.1 leaves the choice to them). They answer the other method with `invalid_client`, as if the secret were wrong.
    `oauthgit providers` lists the methods that each accepts, with the source.

    Bad:

    ```yaml branch
    oauth_servers:
      calls:
        provider: zoom
        client_id: Q8vXr2mTzK5nLw7pYb3cHd
        token_endpoint_auth_method: client_secret_post  # OG426: Zoom accepts client_secret_basic only
        grant_types: [authorization_code, refresh_token]
        user_login: {request_refresh_token: true}
    ```

    Good:

    ```yaml branch
    oauth_servers:
      calls:
        provider: zoom
        client_id: Q8vXr2mTzK5nLw7pYb3cHd
        grant_types: [authorization_code, refresh_token]
        user_login: {request_refresh_token: true}
    ```
    """
    server = setting.server
    methods = settings.fact(server, "token_endpoint_auth_methods")
    if methods and setting.value not in methods:
        title = settings.providers[server]["title"]
        yield RuleMatch(
            f"{title} accepts {' or '.join(methods)} only, and refuses the client as if its secret were wrong",
            remedy=f"Write token_endpoint_auth_method: {methods[0]}.",
            related=(*settings.recognition(server),),
        )
