"""OG446: a placeholder that nobody filled in."""

from collections.abc import Iterator

from oauthgit.model.condition import left_open
from oauthgit.model.finding import Severity
from oauthgit.model.formats.placeholder import is_left_open
from oauthgit.model.rule import Remark, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG446", Severity.ERROR, on="/**", of=left_open)
def placeholder_left(setting: Setting, _settings: Settings) -> Iterator[Remark]:
    """A value is still a placeholder.

    Nothing fills it in: there is no interpolation of variables, and the text would be typed into the platform as it
    is. Secrets are given as `{from_env: NAME}` or in a secrets file; other values differ by layer, not by variable.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: ${CRM_CLIENT_ID}  # OG446: client_id is still a placeholder
        grant_types: [client_credentials]
        scopes: [changeme]  # OG446: scopes is still a placeholder
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
        yield Remark(f"{setting.name} is still a placeholder, and nothing fills it in", remedy="write the real value")
