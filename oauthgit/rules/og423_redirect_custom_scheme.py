"""Check OG423: a redirect URI with a custom scheme."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.formats.url import scheme_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG423", Severity.WARNING, on="/redirect_uri")
def redirect_custom_scheme(setting: Setting, _settings: Settings) -> Iterator[RuleMatch]:
    """The redirect URI has a scheme other than http or https.

    Such schemes are for programs on a phone or a desktop (RFC 8252 section 7.1). Any other program there may claim the
    same scheme and take the code (section 8.4). The platform's callback is a web page.

    Bad:

    ```yaml iam_application
    redirect_uri: com.example.app:/oauth-callback  # OG423: redirect_uri has the scheme com.example.app
    ```

    Good:

    ```yaml iam_application
    redirect_uri: https://app.example.com/indicium/oauth-callback
    ```
    """
    scheme = scheme_of(setting.value)
    if scheme not in {None, "http", "https"}:
        yield RuleMatch(
            f"redirect_uri has the scheme {redact_urls(str(scheme))}, which any program may claim and the "
            "platform does not serve",
            remedy="Write the https URL of the application, ending in /oauth-callback.",
        )
