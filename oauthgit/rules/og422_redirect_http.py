"""Check OG422: a redirect URI without TLS."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import UNSAFE, Replace
from oauthgit.model.formats.host import is_loopback, leads_nowhere
from oauthgit.model.formats.url import url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG422", Severity.ERROR, on="/redirect_uri", fix=UNSAFE, by_environment=True)
def redirect_http(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """The redirect URI uses http to another machine.

    The code is sent with the redirect, and anybody on the network path can read it. RFC 9700 section 2.6 allows http
    for the loopback interface only. Most servers refuse to register anything else (RFC 6749 section 3.1.2.1, RFC 8252
    section 7.3). Outside production, hosts in `http_hosts` of the policy are allowed.

    Bad:

    ```yaml iam_application
    redirect_uri: http://app.example.com/indicium/oauth-callback  # OG422: redirect_uri does not use https
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
    url = url_of(setting.value)
    if url is None or url.scheme != "http":
        return
    production = settings.environment == "production"
    if leads_nowhere(url.host) if production else is_loopback(url.host) or url.host in settings.policy["http_hosts"]:
        return
    yield RuleMatch(
        "redirect_uri does not use https, so the code can be read in transit",
        remedy="Write https://"
        + (
            " instead."
            if production
            else ", or list the host in http_hosts of the policy if it is a developer's own machine."
        ),
        fix=Replace(f"https{setting.value[len('http') :]}") if url.port is None else None,
    )
