"""Check OG415: an endpoint that its provider has replaced."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.fix import UNSAFE, Replace
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.formats.url import SERVER_URLS
from oauthgit.model.formats.url_template import fill, match_template
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG415", Severity.WARNING, on=SERVER_URLS, fix=UNSAFE, of=Settings.knows_provider)
def endpoint_deprecated(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """An endpoint is out of date: its provider has replaced it.

    Old endpoints are switched off some day. Until then they lack features of the new ones: version 1 of Entra accepts
    no scopes, and the first version of Slack supports only apps of the old kind. The catalogue lists the old endpoints
    (`oauthgit providers ID`).

    Bad:

    ```yaml branch
    oauth_servers:
      entra:
        token_endpoint: https://login.microsoftonline.com/contoso.example/oauth2/token  # OG415: is out of date
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce422
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.com/.default]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      entra:
        token_endpoint: https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce422
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.com/.default]
    ```
    """
    entry = settings.providers.get(setting.server, {})
    for old, new in entry.get("deprecated", {}).items():
        found = match_template(old, setting.value)
        if found is not None:
            query = ", followed by the query" if "?" in setting.value else ""
            yield RuleMatch(
                f"{setting.name} is out of date: {entry['title']} has replaced it and may switch it off",
                remedy=f"Write {redact_urls(fill(new, found))}{query}. The registration and the scopes may have to change too.",
                related=(*settings.recognition(setting.server),),
                fix=None if query or "<" in fill(new, found) else Replace(fill(new, found)),
            )
            return
