"""Check OG303: an override that repeats the default."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE, Remove
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import differs_from_inherited
from oauthgit.model.settings import Setting, Settings
from oauthgit.model.workspace import Kind


@rule("OG303", Severity.NOTE, on="/oauth_servers/*/**", fix=SAFE, unless=differs_from_inherited)
def override_of_default(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """An override repeats the default.

    No lower layer sets this setting, so the line changes nothing. It also hides a later value of the branch. In a
    branch a default may be written down on purpose; an override is for values that differ.

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
        client_id: crm-production
        token_endpoint_auth_method: client_secret_post  # OG303: client_secret_post is the default
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
    override = setting.origin.place and not setting.origin.layer.startswith(f"{Kind.BRANCH}/")
    below = setting.replaced[0] if setting.replaced else None
    if override and below and below.layer == "default" and below.value == setting.value:
        yield RuleMatch(
            f"{_word(setting.value)} is the default of {setting.name}, and no lower layer sets another value",
            remedy="Remove the line.",
            fix=Remove(),
        )


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else redact_urls(str(value))
