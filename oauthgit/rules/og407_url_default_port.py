"""Check OG407: a default port in a URL."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE, Replace
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.url import URLS, web_url
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings

_PORT: Final = regex(r":0*(?:443|80)(?=[/?#]|$)")


@rule("OG407", Severity.NOTE, on=URLS, fix=SAFE, unless=is_ordinary_url)
def url_default_port(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """A URL states the default port of its scheme.

    Issuers and redirect URIs are compared character by character (RFC 8414 section 3.3, RFC 9700 section 4.1.3).
    `https://idp.example.com:443` therefore differs from `https://idp.example.com`, although both lead to the same place
    (RFC 3986 section 6.2.3). Servers publish and register the short form.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com:443/oauth/token  # OG407: token_endpoint states port 443
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com:8443/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    url = web_url(setting.value)
    if url is not None and (url.scheme, url.port) in {("https", 443), ("http", 80)}:
        yield RuleMatch(
            f"{setting.name} states port {url.port}, the default of {url.scheme}, but URLs are compared character by character",
            remedy=f"Leave out :{url.port}.",
            fix=Replace(_PORT.sub("", setting.value, count=1)),
        )
