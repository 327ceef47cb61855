"""Check OG441: OpenID Connect scopes without openid."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE, Insert
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG441", Severity.WARNING, on="/oauth_servers/*/scopes", fix=SAFE, of=Settings.lets_users_log_in)
def scope_openid_missing(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """Scopes of OpenID Connect are requested without `openid`.

    `profile` and `email` request claims of OpenID Connect Core section 5.4, and section 3.1.2.1 requires `openid` in
    every OpenID Connect request. Without it many servers treat the request as plain OAuth and ignore the others. Only
    servers with an `issuer` are checked. Google is excluded, because `email` and `profile` are ordinary scopes there as
    well. The fix puts `openid` first. `openid` alone grants no access, and without it the other two are undefined.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
        issuer: https://crm.example.com
        scopes: [profile, email]  # OG441: profile, email
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
        issuer: https://crm.example.com
        scopes: [openid, profile, email]
    ```
    """
    server = setting.server
    login, issuer = settings.lets_users_log_in(server), settings.servers[server].get("issuer")
    alone = settings.providers.get(server, {}).get("provider") == "google"
    requested = [scope for scope in ("profile", "email") if scope in setting.value]
    if login and issuer and not alone and requested and "openid" not in setting.value:
        yield RuleMatch(
            f"{', '.join(requested)} without openid is no OpenID Connect request, and may be silently ignored",
            remedy="Add openid to scopes.",
            related=(
                ("OpenID Connect according to", settings.origin(join("oauth_servers", server, "issuer"))),
                *settings.recognition(server),
                settings.user_login(server),
            ),
            fix=Insert("openid", first=True),
        )
