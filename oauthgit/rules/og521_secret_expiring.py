"""Check OG521: a secret that expires soon."""

from collections.abc import Iterator
from functools import lru_cache

from oauthgit.model.finding import Severity
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG521", Severity.WARNING, on="/oauth_servers/*/client_secret_expires_on")
def secret_expiring(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A secret expires within the window that the policy sets.

    `secrets.expiry_window_days` in the policy is the number of days before its expiry date on which a secret is first
    reported. Choose the time that it takes to get a new secret and to enter it everywhere. Servers often accept two
    secrets at once, so no interruption is needed.

    Bad:

    ```yaml policy
    secrets: {expiry_window_days: 3650}
    ```

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        client_secret_expires_on: 2030-06-30  # OG521: the secret expires on 2030-06-30
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
    if settings.today and setting.value > settings.today:
        left = _days(settings.today, setting.value)
        if left <= settings.policy["secrets"]["expiry_window_days"]:
            yield RuleMatch(
                f"the secret expires on {setting.value}, in {left} days",
                remedy="Get a new secret in time, and write its expiry date.",
            )


@lru_cache(maxsize=1024)
def _days(since: str, until: str) -> int:
    from datetime import date

    return (date.fromisoformat(until) - date.fromisoformat(since)).days
