"""Check OG434: a prompt that the provider does not support."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG434", Severity.ERROR, on="/oauth_servers/*/user_login/prompt", of=Settings.knows_provider)
def prompt_unsupported(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """The provider does not support this value of `prompt`.

    OpenID Connect Core section 3.1.2.1 defines four values. Providers support some of them, or none. They ignore or
    refuse an unknown value, so the user does not see the intended page.

    Bad:

    ```yaml branch
    oauth_servers:
      code:
        provider: github
        client_id: Ov23liAbCdEfGhIjKlMn
        grant_types: [authorization_code]
        user_login: {prompt: consent}  # OG434: GitHub (OAuth app) supports select_account only
    ```

    Good:

    ```yaml branch
    oauth_servers:
      code:
        provider: github
        client_id: Ov23liAbCdEfGhIjKlMn
        grant_types: [authorization_code]
        user_login: {prompt: select_account}
    ```
    """
    server = setting.server
    prompts = settings.fact(server, "prompts")
    if settings.lets_users_log_in(server) and prompts is not None and setting.value not in prompts:
        title = settings.providers[server]["title"]
        known = f"supports {', '.join(prompts)} only" if prompts else "supports no prompt"
        yield RuleMatch(
            f"{title} {known}, so the user does not see the intended page",
            remedy="Remove the line" + (f", or write {' or '.join(prompts)}." if prompts else "."),
            related=(*settings.recognition(server), settings.user_login(server)),
        )
