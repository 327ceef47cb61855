"""Check OG314: an end date that belongs to another secret."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG314", Severity.WARNING, on="/oauth_servers/*/client_secret_expires_on")
def expiry_of_other_secret(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A layer overrides a secret without its end date, or the reverse.

    `client_secret_expires_on` is the end of one secret. If a layer sets its own secret and inherits the date, production is
    reported as safe until the day on which the secret of development ends, and its own secret ends unnoticed. If a layer
    sets another date for an inherited secret, one of the two dates is wrong. State the date in the layer that states
    the secret; `null` means that the secret has no end.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        client_secret: {from_env: CRM_MAIN}
        client_secret_expires_on: 2999-06-30
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    oauth_servers:
      crm:
        client_id: crm-production
        client_secret: {from_env: CRM_PRODUCTION}  # OG314: client_secret_expires_on is still that of branch/EXAMPLE/MAIN
    ```

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        client_secret: {from_env: CRM_MAIN}
        client_secret_expires_on: 2999-06-30
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    environment: test
    oauth_servers:
      crm:
        client_secret_expires_on: 2999-12-31  # OG314: the secret is still that of branch/EXAMPLE/MAIN
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        client_secret: {from_env: CRM_MAIN}
        client_secret_expires_on: 2999-06-30
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    oauth_servers:
      crm:
        client_id: crm-production
        client_secret: {from_env: CRM_PRODUCTION}
        client_secret_expires_on: 2999-12-31
    ```
    """
    secret = settings.of(setting.server, "client_secret")
    if secret is None or secret.origin.layer == setting.origin.layer:
        return
    if not (settings.is_known(secret.pointer) and settings.is_known(setting.pointer)):
        return
    height = {reference.layer: level for level, reference in enumerate(settings.chain)}
    of_date, of_secret = height.get(setting.origin.layer, -1), height.get(secret.origin.layer, -1)
    other_secret = next((origin for origin in secret.replaced if origin.place), None)
    other_date = next((origin for origin in setting.replaced if origin.place), None)
    if of_date < of_secret and other_secret:
        yield RuleMatch(
            f"the secret is overridden here, but client_secret_expires_on is still that of {setting.origin.layer}",
            join("oauth_servers", setting.server, "client_secret"),
            remedy=f"Write client_secret_expires_on of this secret into {secret.origin.layer}, or null if it has no end.",
            related=(("the date", setting.origin), ("the other secret", other_secret)),
        )
    elif of_secret < of_date and other_date and other_date.value != setting.value:
        yield RuleMatch(
            f"client_secret_expires_on is overridden here, but the secret is still that of {secret.origin.layer}",
            remedy="Correct the date beside the secret, or give this layer its own secret.",
            related=(("the secret", secret.origin), ("the other date", other_date)),
        )
