"""Check OG438: scopes and settings that disagree about refresh tokens."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG438", Severity.WARNING, on="/oauth_servers/*/user_login/request_refresh_token", of=Settings.lets_users_log_in)
def refresh_not_requested(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """The scopes and the platform's setting disagree about a refresh token.

    With `offline_access` among the scopes, the user is asked to consent to lasting access (OpenID Connect Core section
    11), but the platform does not keep the refresh token. The rule also reports a refresh token that is requested from
    a provider that never gives one.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
        scopes: [openid, offline_access]
        user_login: {request_refresh_token: false}  # OG438: offline_access is requested
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
        scopes: [openid, offline_access]
        user_login: {request_refresh_token: true}
    ```
    """
    server = setting.server
    scopes = settings.servers[server].get("scopes") or ()
    way = settings.fact(server, "refresh_token") or {}
    if not settings.lets_users_log_in(server):
        return
    requested = next((scope for scope in ("offline_access", way.get("scope")) if scope and scope in scopes), None)
    if setting.value is False and requested and settings.is_known(setting.pointer):
        yield RuleMatch(
            f"{requested} is requested, but the platform does not request a refresh token, so it is not kept",
            remedy=f"Write request_refresh_token: true, or take {requested} out of scopes.",
            related=(
                ("requested", settings.origin(join("oauth_servers", server, "scopes"))),
                settings.user_login(server),
            ),
        )
    if setting.value is True and way.get("by") == "never":
        yield RuleMatch(
            f"{settings.providers[server]['title']} never gives a refresh token, so users must log in repeatedly",
            remedy="Write request_refresh_token: false.",
            related=(*settings.recognition(server), settings.user_login(server)),
        )
