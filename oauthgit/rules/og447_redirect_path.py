"""Check OG447: a redirect URI that the platform does not serve."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.url import web_url
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG447", Severity.WARNING, on="/redirect_uri")
def redirect_path(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """The redirect URI does not end in `/oauth-callback`.

    The platform receives the answer of a user login at `http://localhost/oauth-callback` (two tiers) or at `<address of
    Indicium>/oauth-callback` (three tiers). Its extended property OAuthRedirectURI has the same value. Servers compare
    the whole URI (RFC 9700 section 4.1.3), so a final slash makes it a different URI.

    Bad:

    ```yaml iam_application
    redirect_uri: https://app.example.com/indicium/oauth/callback  # OG447: redirect_uri does not end in /oauth-callback
    ```

    Good:

    ```yaml iam_application
    redirect_uri: https://app.example.com/indicium/oauth-callback
    oauth_servers:
      crm: {client_id: crm-production, client_secret: {from_env: CRM_PRODUCTION}}
    ```

    ```yaml runtime_configuration
    redirect_uri: http://localhost/oauth-callback
    ```
    """
    url = web_url(setting.value)
    if url is not None and not url.path.endswith("/oauth-callback"):
        yield RuleMatch(
            "redirect_uri does not end in /oauth-callback, where the platform receives the answer of a login",
            remedy="Write the address of the application or of Indicium, followed by /oauth-callback.",
        )
