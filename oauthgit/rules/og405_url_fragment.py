"""Check OG405: a URL with a fragment."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE, Replace
from oauthgit.model.formats.placeholder import is_left_open
from oauthgit.model.formats.url import URLS, web_url
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings


@rule("OG405", Severity.ERROR, on=URLS, fix=SAFE, unless=is_ordinary_url)
def url_fragment(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """An endpoint or the redirect URI has a fragment.

    A fragment is never sent to a server. The text after the `#` is lost, or it swallows the parameters that are
    appended to the URL. RFC 6749 forbids fragments in all three places (sections 3.1, 3.1.2 and 3.2). OG416 checks the
    issuer.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token#v2  # OG405: token_endpoint has a fragment
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Bad:

    ```yaml iam_application
    redirect_uri: https://app.example.com/oauth-callback#top  # OG405: redirect_uri has a fragment
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
    """
    url = web_url(setting.value) if setting.name != "issuer" else None
    if url is not None and url.fragment is not None and not is_left_open(setting.value):
        yield RuleMatch(
            f"{setting.name} has a fragment, which is never sent to a server",
            remedy="End the URL before the #. Write %23 if the character itself is meant.",
            fix=Replace(setting.value.partition("#")[0]),
        )
