"""Check OG446: a placeholder that is left in a value."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.placeholder import is_left_open
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import has_placeholder
from oauthgit.model.settings import Setting, Settings


@rule("OG446", Severity.ERROR, on="/**", of=has_placeholder)
def placeholder_left(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """A value is still a placeholder.

    Variables are not interpolated, so the text would be entered into the platform unchanged. The notations of other tools
    are recognised: `$(X)`, `#{X}#`, `{x}`, `((x))`, `__X__`, `%X%`, `[client-id]`, `op://`, `ref+vault://`, and a GUID of
    zeros. Write a secret as `{from_env: NAME}` or into a secrets file. Write other values that differ between targets into
    their layers.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: ${CRM_CLIENT_ID}  # OG446: client_id is still a placeholder
        grant_types: [client_credentials]
        scopes: [changeme]  # OG446: scopes is still a placeholder
      erp:
        token_endpoint: https://erp.example.com/__TENANT__/token  # OG446: token_endpoint is still a placeholder
        client_id: "#{ERP_CLIENT_ID}#"  # OG446: client_id is still a placeholder
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: 5f3c7a52-6c0e-4c0e-9a55-0d6e1f0f3a11
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    texts = setting.value if isinstance(setting.value, list) else [setting.value]
    if any(isinstance(text, str) and is_left_open(text) for text in texts):
        yield RuleMatch(
            f"{setting.name} is still a placeholder, and nothing fills it in", remedy="Write the real value."
        )
