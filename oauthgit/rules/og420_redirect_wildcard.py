"""OG420: a pattern where the redirect URI belongs."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import Remark, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG420", Severity.ERROR, on="/redirect_uri")
def redirect_wildcard(setting: Setting, _settings: Settings) -> Iterator[Remark]:
    """The redirect URI has a `*`.

    Servers compare the whole text (RFC 9700 sections 2.1 and 4.1.3), so a pattern equals nothing; and where a server does
    take one, whoever holds any host under it can have the code. The application sends one URI, and that one is
    registered.

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
        yield Remark(
            "redirect_uri is a pattern, and servers compare it letter by letter",
            remedy="write the one URI that this application uses; every environment registers its own",
        )
