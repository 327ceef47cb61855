"""Check OG449: a client id in another form than the provider's."""

import re
from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.characters import find_forbidden
from oauthgit.model.formats.placeholder import is_left_open
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG449", Severity.WARNING, on="/oauth_servers/*/client_id", of=Settings.knows_provider)
def client_id_format(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A client id does not look like one of the provider's.

    The client ids of well-known providers have a fixed form. Another form usually means that a name, the id of
    something else or the id of another provider was pasted. Providers may change their forms, so this is a warning.

    Bad:

    ```yaml branch
    oauth_servers:
      graph:
        provider: microsoft_entra
        token_endpoint: https://login.microsoftonline.com/ae2eb154-7f15-4524-b4b9-b5df9e7769b1/oauth2/v2.0/token
        client_id: insights-reporting  # OG449: does not look like a client id of Microsoft Entra ID
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.com/.default]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      graph:
        provider: microsoft_entra
        token_endpoint: https://login.microsoftonline.com/ae2eb154-7f15-4524-b4b9-b5df9e7769b1/oauth2/v2.0/token
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce422
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.com/.default]
    ```
    """
    server = setting.server
    pattern = settings.fact(server, "client_id_format")
    if (
        not pattern
        or not isinstance(setting.value, str)
        or find_forbidden(setting.value)
        or is_left_open(setting.value)
    ):
        return
    if not re.fullmatch(pattern, setting.value):
        title = settings.providers[server]["title"]
        yield RuleMatch(
            f"this does not look like a client id of {title}",
            remedy="Compare it with the client's registration: another id may have been copied.",
            related=(*settings.recognition(server),),
        )
