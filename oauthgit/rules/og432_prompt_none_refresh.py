"""Check OG432: a refresh token that nobody can consent to."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG432", Severity.ERROR, on="/oauth_servers/*/user_login/prompt", of=Settings.lets_users_log_in)
def prompt_none_refresh(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A refresh token is requested while `prompt` is `none`.

    With `none` the server shows nothing, so the user cannot consent. OpenID Connect Core section 11 lets a server give
    offline access only after consent. Servers then silently omit the refresh token, or refuse the request.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code, refresh_token]
        user_login:
          request_refresh_token: true
          prompt: none  # OG432: with prompt none the user cannot consent
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code, refresh_token]
        user_login: {request_refresh_token: true, prompt: consent}
    ```
    """
    requested = settings.of(setting.server, "user_login/request_refresh_token")
    server = setting.server
    prompts = settings.fact(server, "prompts")
    known = prompts is None or "none" in prompts  # otherwise OG434 reports it
    if (
        setting.value == "none"
        and requested
        and requested.value is True
        and known
        and settings.lets_users_log_in(server)
    ):
        yield RuleMatch(
            "with prompt none the user cannot consent, so no refresh token is given",
            remedy="Write prompt: consent, or do not request a refresh token.",
            related=(("requested", requested.origin), settings.user_login(server)),
        )
