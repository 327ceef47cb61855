"""Check OG430: a user login without PKCE."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import UNSAFE, Replace
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG430", Severity.ERROR, on="/oauth_servers/*/require_pkce", fix=UNSAFE)
def pkce_disabled(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """PKCE is switched off for a user login.

    Without PKCE, others can redeem a code that leaks, from a log or by injection. RFC 9700 section 2.1.1 recommends
    PKCE for confidential clients as well, and OAuth 2.1 requires it. If a server really does not support it, lower the
    severity of the rule in the policy for the environments concerned, so that the decision is reviewed.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        require_pkce: false  # OG430: PKCE is switched off
        grant_types: [authorization_code]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
      hub:
        token_endpoint: https://hub.example.com/oauth/token
        client_id: hub-main
        require_pkce: false
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    grants = settings.of(setting.server, "grant_types") if setting.value is False else None
    if grants and "authorization_code" in grants.value:
        yield RuleMatch(
            "PKCE is switched off, so a leaked code can be redeemed by others",
            remedy="Write require_pkce: true, or remove the line. Servers that do not support PKCE ignore it.",
            related=(("users log in according to", grants.origin),),
            fix=Replace(value=True),
        )
