"""Check OG451: a secret of production that smoke would not send."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_outside_production
from oauthgit.model.settings import Setting, Settings
from oauthgit.model.smoke_gate import TARGET, refuse_without_key


@rule(
    "OG451", Severity.WARNING, on="/oauth_servers/*/token_endpoint", unless=is_outside_production, by_environment=True
)
def production_not_smoke_tested(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """Smoke tests would not run, and some of them are of production.

    Nobody then notices that a secret of production is wrong until a process fails. It is decided without a key: the
    host is not in `trusted_hosts`, the variable is not in `env_secrets` or is listed with another URL, the secret has
    no pin, the URL has a character that no URL has, or the host is not public and not in `networks`. One finding
    counts all tests and groups the reasons: OG451 if one of the tests is of production, else OG452. A project without
    `trusted_hosts` has no smoke tests, and no such finding.

    Bad:

    ```yaml policy
    trusted_hosts: [billing.example.com]
    ```

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token  # OG451: host crm.example.com is not in trusted_hosts
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    environment: production
    oauth_servers: {}
    ```

    Good:

    ```yaml policy
    trusted_hosts: [crm.example.com]
    ```

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    environment: production
    oauth_servers: {}
    ```
    """
    if is_outside_production(setting, settings):
        return
    values = settings.servers[setting.server]
    refusal = refuse_without_key(TARGET, setting.server, values, settings.policy, settings.environment)
    if refusal:
        pointer = join("oauth_servers", setting.server, refusal.setting)
        yield RuleMatch(refusal.reason, pointer, remedy=refusal.remedy)
