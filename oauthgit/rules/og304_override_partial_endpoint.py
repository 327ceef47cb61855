"""Check OG304: an override that moves only one endpoint of a server."""

from collections.abc import Iterator
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.url import url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import replaces_nothing
from oauthgit.model.settings import Setting, Settings

_ENDPOINTS: Final = ("issuer", "authorization_endpoint", "token_endpoint")


@rule("OG304", Severity.ERROR, on=tuple(f"/oauth_servers/*/{name}" for name in _ENDPOINTS), unless=replaces_nothing)
def override_partial_endpoint(moved: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """An override moves only one endpoint of a server to another host.

    The user would log in at one server, and the code would be redeemed at another. That server then gets a code and a
    client secret that are not meant for it. This is the mix-up of RFC 9700 section 4.4 and RFC 9207. Endpoints that
    were on different hosts before are not reported, because some providers work this way.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
    ```

    ```yaml iam_application
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.net/oauth/token  # OG304: moves token_endpoint to another host
        client_id: crm-production
    ```

    Good:

    ```yaml branch
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.com/oauth/authorize
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [authorization_code]
    ```

    ```yaml iam_application
    oauth_servers:
      crm:
        authorization_endpoint: https://crm.example.net/oauth/authorize
        token_endpoint: https://crm.example.net/oauth/token
        client_id: crm-production
    ```
    """
    if not moved.replaced or moved.origin.place is None:
        return
    old, new = _host(moved.replaced[0].value), _host(moved.value)
    if old is None or new is None or old == new:
        return
    for partner in _ENDPOINTS:
        left = settings.of(moved.server, partner)
        if left and left.origin.layer != moved.origin.layer and _host(left.value) == old:
            yield RuleMatch(
                f"{moved.origin.layer} moves {moved.name} to another host, while {partner} stays on the old host",
                remedy=f"Override {partner} too, or neither of them.",
                related=(
                    (f"{partner} left behind", left.origin),
                    ("moved from", moved.replaced[0]),
                    *settings.recognition(moved.server),
                ),
            )


def _host(value: object) -> str | None:
    url = url_of(value)
    return url.host if url else None
