"""Check OG305: an override of the client without its secret."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.sanitize import command
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import replaces_nothing
from oauthgit.model.settings import Setting, Settings


@rule("OG305", Severity.WARNING, on="/oauth_servers/*/client_id", unless=replaces_nothing)
def override_secret_without_id(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """An override changes the client, but not its secret.

    A secret belongs to one client. If a layer sets a new `client_id` and the secret still comes from a lower layer, the
    server gets the secret of another client and answers `invalid_client`. The reverse is fine: many servers give a
    client several secrets, so a layer may set its own secret for an inherited client.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml secrets
    for: ENC[...]
    oauth_servers:
      crm: {client_secret: "ENC[...]", send_only_to: "ENC[...]"}
    sops:
      age: [{recipient: age1alice, enc: "..."}]
      lastmodified: "2026-11-24T00:56:15Z"
      mac: ENC[...]
      version: 3.11.0
    ```

    ```yaml iam_application
    oauth_servers:
      crm:
        client_id: crm-production  # OG305: the secret is still that of branch/EXAMPLE/MAIN
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
        client_id: crm-production
        client_secret: {from_env: CRM_SECRET}
    ```

    ```yaml policy
    trusted_hosts: [crm.example.com]
    env_secrets: {CRM_SECRET: https://crm.example.com/oauth/token}
    ```
    """
    secret = settings.of(setting.server, "client_secret")
    if secret is None or secret.origin.layer == setting.origin.layer:
        return
    height = {reference.layer: level for level, reference in enumerate(settings.chain)}
    of_client, of_secret = height.get(setting.origin.layer, -1), height.get(secret.origin.layer, -1)
    other_client = next((origin for origin in setting.replaced if origin.place), None)
    if other_client and other_client.value != setting.value and of_secret < of_client:
        own = command("oauthgit", "secrets", "set", setting.origin.layer, setting.server)
        yield RuleMatch(
            f"client_id is overridden here, but the secret is still that of {secret.origin.layer}",
            remedy=f"Give the client its own secret: run {own}, or write from_env.",
            related=(("the secret", secret.origin), ("the other client", other_client)),
        )
