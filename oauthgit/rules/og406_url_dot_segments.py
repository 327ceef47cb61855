"""Check OG406: dot segments in the path of a URL."""

import re
from collections.abc import Iterator
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE, Replace
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.url import URLS, web_url
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings

_DOTS: Final = regex(r"(?:^|/|%2f|%5c)(?:\.|%2e){1,2}(?:;[^/]*)?(?=/|%2f|%5c|$)", re.IGNORECASE)
_PLAIN: Final = regex(r"\.|%2e", re.IGNORECASE)


@rule("OG406", Severity.ERROR, on=URLS, fix=SAFE, unless=is_ordinary_url)
def url_dot_segments(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """A path has a segment `.` or `..`, plain or encoded.

    Some programs remove such segments before they send a request, and others do not (RFC 3986 sections 5.2.4 and
    6.2.2.3). The reviewer, the pin of a secret, the rules of a proxy and the server may therefore each see another
    endpoint. Encoded dots (`%2e%2e`), encoded slashes around them and `..;` are common ways to bypass a check of the
    path.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/public/../oauth/token  # OG406: token_endpoint has dot segments
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Bad:

    ```yaml iam_application
    redirect_uri: https://app.example.com/indicium/%2e%2e/oauth-callback  # OG406: redirect_uri has dot segments
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/v1.0/.well/oauth.v2/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```
    """
    url = web_url(setting.value)
    if url is not None and _DOTS.search(url.path):
        yield RuleMatch(
            f"{setting.name} has dot segments in its path, which some programs resolve and others do not",
            remedy="Write the intended path, without . and .. and without %2e.",
            fix=_straight(setting.value, url.path),
        )


def _straight(text: str, path: str) -> Replace | None:
    """Return the URL without dot segments (RFC 3986 section 5.2.4), else None.

    An encoded slash, or a path that still has encoded dots, has no certain meaning.
    """
    kept: list[str] = []
    segments = [_PLAIN.sub(".", segment) for segment in path.split("/")[1:]]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    straight = "/" + "/".join(kept) + ("/" if segments[-1] in {".", ".."} and kept else "")
    start = text.index(path, text.index("://") + len("://"))
    disguised = _DOTS.search(straight) or "%2f" in path.lower() or "%5c" in path.lower()
    return None if disguised else Replace(text[:start] + straight + text[start + len(path) :])
