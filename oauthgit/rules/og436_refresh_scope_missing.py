"""OG436: a refresh token asked for without the scope that brings it."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import UNSAFE, Insert
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import Remark, rule
from oauthgit.model.settings import Setting, Settings


@rule(
    "OG436",
    Severity.ERROR,
    on="/oauth_servers/*/user_login/request_refresh_token",
    fix=UNSAFE,
    of=Settings.knows_provider,
)
def refresh_scope_missing(setting: Setting, settings: Settings) -> Iterator[Remark]:
    """A refresh token is requested, but not the scope that the provider gives it for.

    Such a provider gives a refresh token only if a scope asks for it (`offline_access` in OpenID Connect Core section 11; some
    have another word). Without it the user has to log in again whenever the access token ends. The list of scopes that is in
    force is where the scope is missing; where no file states one, the request itself is told of.

    The scope is put last. That is unsafe, for the user is then asked for lasting access, and many a server has to grant the
    scope to the client first; not to request a refresh token may be what is meant.

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
        yield Remark(
            f"{title} gives a refresh token for the scope {way['scope']}, which is not asked for",
            pointer=scopes.pointer if stated else None,
            remedy=f"add {way['scope']} to scopes, or do not request a refresh token",
            related=(
                ("requested", settings.origin(setting.pointer)),
                ("without it in", settings.origin(scopes.pointer)),
                *settings.recognition(server),
                settings.user_login(server),
            ),
            fix=Insert(way["scope"]) if stated else None,
        )
