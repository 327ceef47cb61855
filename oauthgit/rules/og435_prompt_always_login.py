"""Check OG435: a prompt that disables single sign-on."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG435", Severity.NOTE, on="/oauth_servers/*/user_login/prompt", of=Settings.lets_users_log_in)
def prompt_always_login(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """Users must log in each time, although they are signed in already.

    `prompt: login` asks for the password again (OpenID Connect Core section 3.1.2.1) and so disables single sign-on.
    Use it if an action needs a fresh proof. Elsewhere it teaches people to type passwords without thinking.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
        user_login: {prompt: login}  # OG435: prompt login asks for the password each time
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
        user_login: {prompt: select_account}
    ```
    """
    server = setting.server
    prompts = settings.fact(server, "prompts")
    known = prompts is None or "login" in prompts
    if setting.value == "login" and known and settings.lets_users_log_in(server):
        instead = (
            "Write prompt: select_account, or leave" if prompts is None or "select_account" in prompts else "Leave"
        )
        yield RuleMatch(
            "prompt login asks for the password each time, even if the user is signed in",
            remedy=f"{instead} prompt out, unless a fresh login is intended.",
            related=(settings.user_login(server),),
        )
