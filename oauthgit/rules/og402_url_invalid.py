"""Check OG402: a setting that is not a plain absolute URL."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.placeholder import is_left_open
from oauthgit.model.formats.url import URLS, scheme_of, url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings


@rule("OG402", Severity.ERROR, on=URLS, unless=is_ordinary_url)
def url_invalid(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    r"""An endpoint or the redirect URI is not a plain absolute URL with a host.

    One program reads a text as a path, and another reads it as a host. `https:/idp`, a backslash, white space or a port
    out of range mean different things to different parsers, so the secret may go to a host that the reviewer did not
    see (RFC 3986 section 3; RFC 6749 section 3.1 requires an absolute URI). OG423 reports a redirect URI with a custom
    scheme.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https:/crm.example.com/oauth/token  # OG402: token_endpoint is not an absolute URL with a host
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
      hub:
        token_endpoint: javascript://crm.example.com/%0aalert(1)  # OG402: token_endpoint has the scheme javascript
        client_id: hub-main
        grant_types: [client_credentials]
        scopes: [api.read]
      erp:
        token_endpoint: https://good.example.com\@evil.example.net/token  # OG402: token_endpoint is not an absolute URL
        client_id: erp-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Bad:

    ```yaml iam_application
    environment: production
    redirect_uri: app.example.com/indicium/oauth-callback  # OG402: redirect_uri is not an absolute URL with a host
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
    ```
    """
    url = url_of(setting.value)
    of_the_web = scheme_of(setting.value) in {None, "http", "https"}
    if (not of_the_web and setting.name == "redirect_uri") or is_left_open(str(setting.value)):
        return
    if url is None:
        like = (
            "https://app.example.com/oauth-callback"
            if setting.name == "redirect_uri"
            else "https://idp.example.com/token"
        )
        if any(map(str.isspace, str(setting.value).strip())):
            yield RuleMatch(f"{setting.name} contains a blank, which no URL has", remedy="Remove the blank.")
            return
        yield RuleMatch(
            f"{setting.name} is not an absolute URL with a host", remedy=f"Write an absolute URL, for example {like}."
        )
    elif not of_the_web:
        yield RuleMatch(
            f"{setting.name} has the scheme {url.scheme}, but OAuth uses https", remedy="Write https:// instead."
        )
