"""OG436: a refresh token asked for without the scope that brings it."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.pointer import split
from oauthgit.model.rule import Remark, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG436", Severity.ERROR, on="/oauth_servers/*/user_login/request_refresh_token")
def refresh_scope_missing(setting: Setting, settings: Settings) -> Iterator[Remark]:
    """A refresh token is requested, but not the scope that the provider gives it for.

    Such a provider gives a refresh token only if a scope asks for it (`offline_access` in OpenID Connect Core section 11; some
    have another word). Without it the user has to log in again whenever the access token ends.

    Bad:

    ```yaml branch
    oauth_servers:
      posts:
        provider: x
        client_id: VGhpc0lzTm90QVJlYWxDbGllbnRJZDoxOmNp
        grant_types: [authorization_code, refresh_token]
        scopes: [tweet.read]
        user_login: {request_refresh_token: true}  # OG436: offline.access
    ```

    Good:

    ```yaml branch
    oauth_servers:
      posts:
        provider: x
        client_id: VGhpc0lzTm90QVJlYWxDbGllbnRJZDoxOmNp
        grant_types: [authorization_code, refresh_token]
        scopes: [tweet.read, offline.access]
        user_login: {request_refresh_token: true}
    ```
    """
    server = split(setting.pointer)[1]
    way = settings.fact(server, "refresh_token") or {}
    scopes = settings.servers[server].get("scopes") or ()
    if setting.value is not True or way.get("by") != "scope" or not settings.lets_users_log_in(server):
        return
    bringing = {way["scope"], "offline_access"} if way["scope"] == "refresh_token" else {way["scope"]}  # Salesforce
    if bringing.isdisjoint(scopes):
        title = settings.providers[server]["title"]
        yield Remark(
            f"{title} gives a refresh token for the scope {way['scope']}, which is not asked for",
            remedy=f"add {way['scope']} to scopes, or do not request a refresh token",
        )
