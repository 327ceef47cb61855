"""Check OG408: a local or impossible host in production."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.host import why_nowhere
from oauthgit.model.formats.url import URLS, url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings


@rule("OG408", Severity.ERROR, on=URLS, unless=is_ordinary_url, by_environment=True)
def host_localhost_in_prod(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A production target uses the local machine or a host that cannot exist.

    `localhost` and the loopback addresses mean the machine that runs the application. `.test`, `.invalid` and
    `.example` never resolve (RFC 6761). In production such a URL is left over from development. Users reach nothing, or
    the program that listens on that machine gets the code and the secret.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://localhost:8443/oauth/token  # OG408: token_endpoint points at localhost
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    environment: production
    redirect_uri: http://localhost/oauth-callback  # OG408: redirect_uri points at localhost
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
    environment: production
    redirect_uri: https://app.example.com/indicium/oauth-callback
    oauth_servers:
      crm: {client_id: crm-production}
    ```

    ```yaml runtime_configuration
    redirect_uri: http://localhost/oauth-callback
    ```
    """
    if settings.environment != "production":
        return
    url = url_of(setting.value)
    if url is not None and (reason := why_nowhere(url.host)):
        yield RuleMatch(
            f"{setting.name} points at {url.host} in production: {reason}",
            remedy=f"Override {setting.name} in {settings.target} with the real host.",
            related=(("production according to", settings.origin("/environment")),),
        )
