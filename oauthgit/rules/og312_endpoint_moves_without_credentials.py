"""Check OG312: a token endpoint that moves without its credentials."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.formats.url import url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import replaces_nothing
from oauthgit.model.settings import Setting, Settings


@rule("OG312", Severity.WARNING, on="/oauth_servers/*/token_endpoint", unless=replaces_nothing)
def endpoint_moves_without_credentials(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """An override moves the token endpoint to another host and keeps the client.

    Another authorization server has its own clients. The old client is unknown there, and a secret that is sent there
    is disclosed. `send_only_to` keeps a smoke test from sending the secret; the platform has no such protection.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.net/oauth/token  # OG312: client_id and client_secret stay those of
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

    ```yaml iam_application
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.net/oauth/token
        client_id: crm-production
        client_secret: {from_env: CRM_SECRET}
    ```

    ```yaml policy
    trusted_hosts: [crm.example.com, crm.example.net]
    env_secrets: {CRM_SECRET: https://crm.example.net/oauth/token}
    ```
    """
    client, secret = (settings.of(setting.server, name) for name in ("client_id", "client_secret"))
    if client is None or secret is None or setting.origin.layer in {client.origin.layer, secret.origin.layer}:
        return
    if not all(settings.is_known(each.pointer) for each in (setting, client, secret)):
        return
    before = next((origin for origin in setting.replaced if origin.place), None)
    old, new = url_of(before.value) if before else None, url_of(setting.value)
    if before and old and new and old.host != new.host:
        yield RuleMatch(
            f"the token endpoint moves to {redact_urls(new.host)}, while client_id and client_secret stay "
            f"those of {redact_urls(old.host)}",
            remedy="Override client_id and client_secret too, or leave the endpoint unchanged.",
            related=(("moved from", before),),
        )
