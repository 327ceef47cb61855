"""Check OG421: a redirect URI on localhost that a provider refuses."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import UNSAFE, Replace
from oauthgit.model.formats.url import url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG421", Severity.ERROR, on="/redirect_uri", fix=UNSAFE, by_environment=True)
def redirect_localhost(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """The redirect URI uses `localhost`, which a provider of a user login refuses.

    `localhost` may resolve to an address outside the loopback interface, so RFC 8252 section 8.3 prefers the literal
    address. Spotify refuses the name. In production OG408 reports `localhost`.

    Bad:

    ```yaml branch
    oauth_servers:
      music:
        provider: spotify
        client_id: ad84173581569969e58b081006f7e3df
        grant_types: [authorization_code]
    ```

    ```yaml runtime_configuration
    redirect_uri: http://localhost/oauth-callback  # OG421: Spotify takes no redirect URI on localhost
    ```

    Good:

    ```yaml branch
    oauth_servers:
      music:
        provider: spotify
        client_id: ad84173581569969e58b081006f7e3df
        grant_types: [authorization_code]
    ```

    ```yaml runtime_configuration
    redirect_uri: http://127.0.0.1/oauth-callback
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
    ```

    ```yaml runtime_configuration
    redirect_uri: http://localhost/oauth-callback
    ```
    """
    url = url_of(setting.value)
    if url is None or settings.environment == "production":
        return
    for server, entry in settings.providers.items():
        grants = settings.servers.get(server, {}).get("grant_types") or ()
        if url.host in entry.get("redirect_hosts_refused", ()) and "authorization_code" in grants:
            yield RuleMatch(
                f"{entry['title']} takes no redirect URI on {url.host}, so no user can log in to {server}",
                remedy="Write the address, http://127.0.0.1/..., here and in the client's registration.",
                related=(*settings.recognition(server), settings.user_login(server)),
                fix=Replace(setting.value.replace(url.host, "127.0.0.1", 1)) if url.host in setting.value else None,
            )
