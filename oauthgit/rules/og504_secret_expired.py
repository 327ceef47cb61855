"""Check OG504: a secret that has expired."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG504", Severity.ERROR, on="/oauth_servers/*/client_secret_expires_on")
def secret_expired(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A secret has expired.

    From its expiry date on, the server refuses the secret (RFC 7591 section 3.2.1, `client_secret_expires_at`), and
    every process that needs it fails. If the secret was replaced already, only the date is out of date.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        client_secret_expires_on: 2020-06-30  # OG504: the secret expired on 2020-06-30
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        client_secret_expires_on: 2999-06-30
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    if settings.today and setting.value <= settings.today:
        yield RuleMatch(
            f"the secret expired on {setting.value}",
            remedy="Replace the secret, and write the new date.",
        )
