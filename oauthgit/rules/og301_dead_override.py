"""Check OG301: an override that repeats the inherited value."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE, Remove
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import differs_from_inherited
from oauthgit.model.settings import Setting, Settings


@rule("OG301", Severity.WARNING, on="/oauth_servers/*/**", fix=SAFE, unless=differs_from_inherited)
def dead_override(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """An override repeats the value it inherits.

    The override has no effect today, and it hides a later change of the base. Whoever changes the branch expects all
    targets to follow, but this target keeps the old value, although nobody decided that. Values that repeat the default
    of the provider or the platform are not reported, because they may be written down on purpose.

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
        client_id: crm-main  # OG301: client_id equals the inherited value
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
    ```
    """
    inherited = setting.replaced[0] if setting.replaced else None
    secret = settings.of(setting.server, "client_secret") if setting.name == "client_secret_expires_on" else None
    if secret and secret.origin.layer == setting.origin.layer:
        return  # the date belongs to the secret of this layer (OG314)
    if inherited and inherited.value == setting.value and inherited.place and setting.origin.place:
        yield RuleMatch(
            f"{setting.name} equals the inherited value",
            remedy="Remove the line.",
            related=(("inherited from", inherited),),
            fix=Remove(),
        )
