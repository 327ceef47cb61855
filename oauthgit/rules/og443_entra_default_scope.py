"""Check OG443: a server login at Entra without .default."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG443", Severity.ERROR, on="/oauth_servers/*/scopes", of=Settings.knows_provider)
def entra_default_scope(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A server login at Microsoft Entra requests a scope other than `.default`.

    At Entra, a client that acts for itself gets the permissions that were granted to it. The request must contain
    exactly one scope: the identifier of the resource, followed by `/.default`. Entra answers anything else with
    AADSTS1002012 or AADSTS70011. Source: Microsoft identity platform, "OAuth 2.0 client credentials flow".

    Bad:

    ```yaml branch
    oauth_servers:
      graph:
        provider: microsoft_entra
        token_endpoint: https://login.microsoftonline.com/ae2eb154-7f15-4524-b4b9-b5df9e7769b1/oauth2/v2.0/token
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce422
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.com/Mail.Send]  # OG443: one scope that ends in /.default
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
    entra = settings.providers.get(server, {}).get("provider") == "microsoft_entra"
    service = tuple(settings.servers[server].get("grant_types") or ()) == ("client_credentials",)
    scopes = setting.value
    if entra and service and scopes and not (len(scopes) == 1 and str(scopes[0]).endswith("/.default")):
        yield RuleMatch(
            "a server login at Entra needs one scope that ends in /.default, and Entra refuses others",
            remedy="Append /.default to the resource's identifier; https://graph.microsoft.com/.default is an example.",
            related=(
                *settings.recognition(server),
                ("used for a server login according to", settings.origin(join("oauth_servers", server, "grant_types"))),
            ),
        )
