"""Check OG444: options of an unused user login."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG444", Severity.WARNING, on="/oauth_servers/*/user_login/*")
def prompt_without_user_login(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """Options of the user login are set, but no user logs in.

    `user_login` configures the user login connector, which is used for `authorization_code` only. Either the grant is
    missing from `grant_types`, or the lines are left over.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
        user_login: {prompt: consent}  # OG444: prompt has no effect
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
    server = setting.server
    grants = settings.servers[server].get("grant_types") if setting.origin.place and setting.value else None
    if grants and "authorization_code" not in grants:
        yield RuleMatch(
            f"{setting.name} has no effect without authorization_code among grant_types",
            remedy="Add authorization_code to grant_types, or remove the line.",
            related=(("used according to", settings.origin(join("oauth_servers", server, "grant_types"))),),
        )
