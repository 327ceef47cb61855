"""Check OG602: a host named like another environment."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.environment_words import WORDS
from oauthgit.model.formats.host import is_test_system, registrable
from oauthgit.model.formats.url import web_url
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings

_OF_PRODUCTION: Final = frozenset(word for word, environment in WORDS.items() if environment == "production")
_OF_TESTS: Final = WORDS.keys() - _OF_PRODUCTION


@rule("OG602", Severity.WARNING, on=("/redirect_uri", "/oauth_servers/*/token_endpoint"), by_environment=True)
def host_of_another_environment(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """The name of a host contains a word of another environment.

    A word of test systems in production, or a word of production elsewhere, usually means that a line was copied from
    the layer of another environment. Success there proves nothing here, and users' data goes to the wrong place. A name
    is no proof, so this is a warning; known test systems of providers are an error (OG601). The rule checks the labels
    below the domain and their parts, such as `login-acc` in `login-acc.example.com`.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://login-acc.example.com/oauth/token  # OG602: has "acc" in its name
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    environment: production
    redirect_uri: https://test.insights.example.com/indicium/oauth-callback  # OG602: has "test" in its name
    oauth_servers: {}
    ```

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://login.prod.example.com/oauth/token  # OG602: has "prod" in its name
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    environment: acceptance
    oauth_servers: {}
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://login-acc.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml iam_application
    environment: acceptance
    redirect_uri: https://acc.insights.example.com/indicium/oauth-callback
    oauth_servers: {}
    ```
    """
    url = web_url(setting.value)
    if url is None or settings.environment is None or not settings.is_valid:
        return
    if setting.server and not settings.is_used(setting.server):
        return
    word = _strange(url.host, production=settings.environment == "production")
    if word and url.host not in settings.known_hosts and not is_test_system(url.host):
        yield RuleMatch(
            f'the host of {setting.name} has "{word}" in its name, but is used in {settings.environment}',
            remedy=f"Override {setting.name} with the address that belongs to {settings.environment}.",
            related=((f"{settings.environment} according to", settings.origin("/environment")),),
        )


def _strange(host: str, *, production: bool) -> str | None:
    """Return the first word below a host's domain that names another environment."""
    strange = _OF_TESTS if production else _OF_PRODUCTION
    if not any(map(host.__contains__, strange)):
        return None
    below = host.removesuffix(".").removesuffix(registrable(host))
    return next((word for word in below.replace("-", ".").split(".") if word.rstrip("0123456789") in strange), None)
