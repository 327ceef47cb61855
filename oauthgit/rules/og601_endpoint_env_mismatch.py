"""Check OG601: a provider's test system in production."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.host import is_test_system
from oauthgit.model.formats.url import url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG601", Severity.ERROR, on="/oauth_servers/*/token_endpoint", by_environment=True)
def endpoint_env_mismatch(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """Production uses a provider's test system.

    Some providers run a second system for developers, with separate clients and data, on a separate host. Success there
    proves nothing for production, and users' data would go to the wrong place. Stripe's secrets show the system to
    which they belong; `smoke` checks this after it has decrypted them, outside production as well.

    Bad:

    ```yaml branch
    oauth_servers:
      sign:
        provider: docusign
        authorization_endpoint: https://account-d.docusign.com/oauth/auth
        token_endpoint: https://account-d.docusign.com/oauth/token  # OG601: the provider's test system
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce422
        grant_types: [authorization_code]
    ```

    ```yaml iam_application
    environment: production
    oauth_servers: {}
    ```

    Good:

    ```yaml branch
    oauth_servers:
      sign:
        provider: docusign
        authorization_endpoint: https://account.docusign.com/oauth/auth
        token_endpoint: https://account.docusign.com/oauth/token
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce422
        grant_types: [authorization_code]
    ```

    ```yaml iam_application
    environment: production
    oauth_servers: {}
    ```
    """
    url = url_of(setting.value) if settings.environment == "production" else None
    if url and is_test_system(url.host):
        yield RuleMatch(
            f"{url.host} is the provider's test system, and this is production",
            remedy="Override the endpoints with those of the provider's production system.",
            related=(("production according to", settings.origin("/environment")),),
        )
