"""Check OG404: a credential in the query of a URL."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.url import URLS, query_names, web_url
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings

_CREDENTIALS: Final = regex(
    "access_token|assertion|client_assertion|client_secret|code|code_verifier|id_token|passw(?:or)?d|"
    "refresh_token|secret"
)


@rule("OG404", Severity.ERROR, on=URLS, unless=is_ordinary_url)
def url_secret_in_query(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """A URL contains a secret, a password, a code or a token in its query.

    Queries are written to the logs of every server and proxy on the way, to histories and to the Referer header. RFC
    6749 section 2.3.1 forbids client credentials in the request URI, and RFC 6750 section 5.3 warns of tokens there.
    Replace a secret that was committed: git keeps it after it is deleted.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token?client_secret=Hunter2Hunter2  # OG404: contains client_secret
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

    Good:

    ```yaml branch
    oauth_servers:
      files:
        authorization_endpoint: https://files.example.com/authorize?token_access_type=offline
        token_endpoint: https://files.example.com/token
        client_id: files-main
        grant_types: [authorization_code]
    ```
    """
    url = web_url(setting.value)
    carried = sorted({name for name in query_names(url) if _CREDENTIALS.fullmatch(name)}) if url and url.query else []
    if carried:
        yield RuleMatch(
            f"{setting.name} contains {' and '.join(carried)} in its query, which servers and proxies log",
            remedy="Take it out of the URL, and set a secret as client_secret. If it was real, replace it at the server, "
            "because git keeps it.",
        )
