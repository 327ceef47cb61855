"""Check OG445: a grant that the provider does not offer."""

from collections.abc import Iterator

from oauthgit.model.finding import Severity
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG445", Severity.ERROR, on="/oauth_servers/*/grant_types", of=Settings.knows_provider)
def grant_unsupported(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """The provider does not offer a configured grant.

    The provider answers a request for it with `unsupported_grant_type` or `unauthorized_client` (RFC 6749 section 5.2),
    even if the credentials are right. `oauthgit providers` lists the grants of each provider, with the source.

    Bad:

    ```yaml branch
    oauth_servers:
      code:
        provider: github
        client_id: Ov23liAbCdEfGhIjKlMn
        grant_types: [client_credentials]  # OG445: client_credentials
        scopes: [repo]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      code:
        provider: github
        client_id: Ov23liAbCdEfGhIjKlMn
        grant_types: [authorization_code]
    ```
    """
    server = setting.server
    offered = settings.fact(server, "grant_types")
    missing = [grant for grant in setting.value if offered and grant not in offered]
    if missing:
        stays = [grant for grant in setting.value if grant in offered]
        title = settings.providers[server]["title"]
        yield RuleMatch(
            f"{title} does not offer {' and '.join(map(str, missing))}, so the request is refused even with the right secret",
            remedy=("Take it out of grant_types." if stays else f"Write {offered[0]} instead.")
            + f" {title} offers {', '.join(offered)}.",
            related=(*settings.recognition(server),),
        )
