"""Check OG419: an endpoint of Entra that accepts many tenants."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import child
from oauthgit.model.formats.url import url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings

_SEVERAL: Final = ("common", "organizations", "consumers")


@rule("OG419", Severity.WARNING, on="/oauth_servers/*", of=Settings.knows_provider)
def entra_common_tenant(server: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """An endpoint of Microsoft Entra does not name a single tenant.

    `common` lets users of every organisation log in, and private accounts too. The issuer of a token is then that of
    the user's tenant and never equals the configured one (OpenID Connect Core section 3.1.3.7). An application for one
    organisation names its tenant. A server login always belongs to one tenant, so `organizations` and `consumers` are
    reported there as well.

    Bad:

    ```yaml branch
    oauth_servers:
      entra:
        authorization_endpoint: https://login.microsoftonline.com/common/oauth2/v2.0/authorize
        token_endpoint: https://login.microsoftonline.com/common/oauth2/v2.0/token  # OG419: token_endpoint is that of common
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce422
        grant_types: [authorization_code]
        scopes: [openid]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      entra:
        token_endpoint: https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce422
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.com/.default]
      partners:
        authorization_endpoint: https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize
        token_endpoint: https://login.microsoftonline.com/organizations/oauth2/v2.0/token
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce423
        grant_types: [authorization_code]
        scopes: [openid]
    ```
    """
    entry = settings.providers.get(server.name, {})
    if entry.get("provider") != "microsoft_entra":
        return
    alone = "client_credentials" in (server.value.get("grant_types") or ())
    for name in ("token_endpoint", "authorization_endpoint", "issuer"):
        url = url_of(server.value.get(name))
        tenant = url.path.split("/")[1].lower() if url and url.path else ""
        if tenant in (_SEVERAL if alone else _SEVERAL[:1]):
            why = (
                "which no server login can use"
                if alone
                else "which accepts users of every organisation and private accounts"
            )
            yield RuleMatch(
                f"{name} is that of {tenant}, {why}",
                pointer=child(server.pointer, name),
                remedy="Write the id of your tenant in its place, in every URL of this server.",
                related=(
                    *settings.recognition(server.name),
                    ("used according to", settings.origin(child(server.pointer, "grant_types"))),
                ),
            )
            return
