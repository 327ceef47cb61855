"""Check OG420: a pattern in the redirect URI."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG420", Severity.ERROR, on="/redirect_uri")
def redirect_wildcard(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """The redirect URI contains a `*`.

    Servers compare the whole text (RFC 9700 sections 2.1 and 4.1.3), so a pattern matches nothing. If a server does
    accept a pattern, anybody who controls a matching host can get the code. The application sends one URI: register
    exactly that one.

    Bad:

    ```yaml iam_application
    redirect_uri: https://*.example.com/oauth-callback  # OG420: redirect_uri is a pattern
    ```

    Good:

    ```yaml iam_application
    redirect_uri: https://app.example.com/indicium/oauth-callback
    ```
    """
    if isinstance(setting.value, str) and "*" in setting.value:
        yield RuleMatch(
            "redirect_uri is a pattern, but servers compare it character by character",
            remedy="Write the one URI that this application uses. Each environment registers its own.",
        )
