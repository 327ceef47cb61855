"""Check OG424: a redirect URI that redirects users again."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.url import query_names, url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings

_ONWARD: Final = regex(
    "next|url|uri|continue|goto|target|dest|destination|forward|return|return_?to|return_?ur[il]|"
    "redirect|redirect_?to|redirect_?ur[il]|back_?ur[il]"
)


@rule("OG424", Severity.WARNING, on="/redirect_uri")
def redirect_open_redirector(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """The redirect URI has a parameter that names another page to go to.

    A page that redirects users to a URL from a parameter is an open redirector. Together with a redirect URI it passes
    codes and tokens on to strangers (RFC 9700 section 4.11). The platform itself remembers the page from which the user
    came.

    Bad:

    ```yaml iam_application
    redirect_uri: https://app.example.com/indicium/oauth-callback?next=/home  # OG424: has the parameter next
    ```

    Good:

    ```yaml iam_application
    redirect_uri: https://app.example.com/indicium/oauth-callback
    ```
    """
    url = url_of(setting.value)
    names = sorted({name for name in query_names(url) if _ONWARD.fullmatch(name)}) if url else []
    if names:
        yield RuleMatch(
            f"redirect_uri has the parameter {names[0]}, which may redirect the user elsewhere, and the code with them",
            remedy="Register and write the URI without it.",
        )
