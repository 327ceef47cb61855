"""Check OG436: a refresh token without its scope."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import UNSAFE, Insert
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule(
    "OG436",
    Severity.ERROR,
    on="/oauth_servers/*/user_login/request_refresh_token",
    fix=UNSAFE,
    of=Settings.knows_provider,
)
def refresh_scope_missing(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A refresh token is requested without the scope that the provider requires.

    Such a provider gives a refresh token only for a scope: `offline_access` in OpenID Connect Core section 11, another
    word at some providers. Without it the user must log in again whenever the access token ends. The finding is at the
    effective list of scopes; if no file states one, it is at the request for the refresh token.

    The fix puts the scope last. It is unsafe: the user is then asked for lasting access, and many servers must first
    grant the scope to the client. Perhaps the refresh token should not be requested.

    Bad:

    ```yaml branch
    oauth_servers:
      posts:
        provider: x
        client_id: VGhpc0lzTm90QVJlYWxDbGllbnRJZDoxOmNp
        grant_types: [authorization_code, refresh_token]
        scopes: [tweet.read]  # OG436: offline.access
        user_login: {request_refresh_token: true}
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
    server = setting.server
    way = settings.fact(server, "refresh_token") or {}
    if setting.value is not True or way.get("by") != "scope" or not settings.lets_users_log_in(server):
        return
    scopes = settings.settings[join("oauth_servers", server, "scopes")]
    if not settings.is_known(scopes.pointer):
        return
    bringing = {way["scope"], "offline_access"} if way["scope"] == "refresh_token" else {way["scope"]}  # Salesforce
    if bringing.isdisjoint(scopes.value):
        title, stated = settings.providers[server]["title"], scopes.origin.location is not None
        yield RuleMatch(
            f"{title} gives a refresh token for the scope {way['scope']}, which is not requested",
            pointer=scopes.pointer if stated else None,
            remedy=f"Add {way['scope']} to scopes, or do not request a refresh token.",
            related=(
                ("requested", settings.origin(setting.pointer)),
                ("without it in", settings.origin(scopes.pointer)),
                *settings.recognition(server),
                settings.user_login(server),
            ),
            fix=Insert(way["scope"]) if stated else None,
        )
