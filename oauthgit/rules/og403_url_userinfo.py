"""Check OG403: credentials in a URL."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.url import URLS, url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings


@rule("OG403", Severity.ERROR, on=URLS, unless=is_ordinary_url)
def url_userinfo(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """A URL contains a user name or a password before its host.

    URLs are written to logs, histories and error messages, together with everything before the `@`. RFC 3986 section
    3.2.1 deprecates this form. It is also the oldest way to make a foreign host look like a familiar one. Replace
    credentials that were committed: git keeps them after they are deleted.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://robot:hunter2@crm.example.com/oauth/token  # OG403: token_endpoint contains credentials
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
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
    url = url_of(setting.value)
    if url is not None and url.userinfo is not None:
        yield RuleMatch(
            f"{setting.name} contains credentials before its host",
            remedy="Take them out of the URL. If they were real, replace them at the server, because git keeps them.",
        )
