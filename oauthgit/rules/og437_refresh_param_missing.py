"""Check OG437: a refresh token without its parameter."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.url import url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG437", Severity.WARNING, on="/oauth_servers/*/user_login/request_refresh_token", of=Settings.knows_provider)
def refresh_param_missing(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A refresh token is requested without the parameter that the provider needs.

    Some providers require a parameter of the authorization request instead of a scope. It can be part of the query of
    `authorization_endpoint` (RFC 6749 section 3.1 requires clients to keep it). Without it there is no refresh token.

    Bad:

    ```yaml branch
    oauth_servers:
      calendar:
        provider: google
        client_id: 318264905517-4q1mv0c8d2k7t9ahs3pr6xej5wnb0uyf.apps.googleusercontent.com
        grant_types: [authorization_code, refresh_token]
        scopes: [openid, email]
        user_login:
          request_refresh_token: true  # OG437: access_type=offline
          prompt: consent
    ```

    Good:

    ```yaml branch
    oauth_servers:
      calendar:
        provider: google
        authorization_endpoint: https://accounts.google.com/o/oauth2/v2/auth?access_type=offline
        client_id: 318264905517-4q1mv0c8d2k7t9ahs3pr6xej5wnb0uyf.apps.googleusercontent.com
        grant_types: [authorization_code, refresh_token]
        scopes: [openid, email]
        user_login: {request_refresh_token: true, prompt: consent}
    ```
    """
    server = setting.server
    way = settings.fact(server, "refresh_token") or {}
    if setting.value is not True or way.get("by") != "parameter" or not settings.lets_users_log_in(server):
        return
    url = url_of(settings.servers[server].get("authorization_endpoint"))
    if not settings.is_known(join("oauth_servers", server, "authorization_endpoint")):
        return
    if url and way["parameter"] not in (url.query or "").split("&"):
        title = settings.providers[server]["title"]
        yield RuleMatch(
            f"{title} gives a refresh token for the parameter {way['parameter']}, which is not sent",
            remedy=f"Append ?{way['parameter']} to authorization_endpoint.",
            related=(
                ("without it in", settings.origin(join("oauth_servers", server, "authorization_endpoint"))),
                *settings.recognition(server),
                settings.user_login(server),
            ),
        )
