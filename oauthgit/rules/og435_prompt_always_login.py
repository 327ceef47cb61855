"""OG435: a prompt that ends single sign-on."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import Remark, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG435", Severity.NOTE, on="/oauth_servers/*/user_login/prompt", of=Settings.lets_users_log_in)
def prompt_always_login(setting: Setting, settings: Settings) -> Iterator[Remark]:
    """Every user has to log in each time, though signed in already.

    `prompt: login` asks for the password again (OpenID Connect Core section 3.1.2.1), and so ends single sign-on. That is
    meant where an action needs a fresh proof; elsewhere it teaches people to type passwords without thinking.

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
        instead = "write prompt: select_account, or " if prompts is None or "select_account" in prompts else ""
        yield Remark(
            "prompt login asks for the password each time, also where a user is signed in",
            remedy=f"{instead}leave prompt out, unless a fresh login is meant",
            related=(settings.user_login(server),),
        )
