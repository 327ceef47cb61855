"""Check OG418: endpoints of different tenants."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import redact_urls
from oauthgit.model.formats.url_template import match_template, templates
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings

_GUID: Final = regex(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SEVERAL: Final = frozenset(("common", "organizations", "consumers"))


@rule("OG418", Severity.WARNING, on="/oauth_servers/*", of=Settings.knows_provider)
def issuer_endpoint_mismatch(server: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """The endpoints of one server name different tenants, realms or servers.

    On a shared host, the path identifies the server: the tenant at Entra, the realm at Keycloak, the authorization
    server at Okta. The issuer and the authorization endpoint must name the same one as the token endpoint. Otherwise
    they do not work together: a code of one is unknown to the other, and a wrong issuer defeats the check against
    mix-ups (RFC 9207, RFC 9700 section 4.4). The templates of the catalogue define the part of the path that is
    compared. A tenant's domain is not compared with its GUID.

    Bad:

    ```yaml branch
    oauth_servers:
      login:
        issuer: https://login.example.com/realms/ledgers  # OG418: issuer has the realm ledgers
        token_endpoint: https://login.example.com/realms/ledger/protocol/openid-connect/token
        client_id: insights-service
        grant_types: [client_credentials]
        scopes: [ledger.read]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      login:
        issuer: https://login.example.com/realms/ledger
        token_endpoint: https://login.example.com/realms/ledger/protocol/openid-connect/token
        client_id: insights-service
        grant_types: [client_credentials]
        scopes: [ledger.read]
      entra:
        issuer: https://login.microsoftonline.com/ae2eb154-7f15-4524-b4b9-b5df9e7769b1/v2.0
        token_endpoint: https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token
        client_id: 0f4205b4-907a-40c3-9012-f037b64ce422
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.com/.default]
    ```
    """
    entry = settings.providers.get(server.name)
    token = settings.of(server.name, "token_endpoint")
    if entry is None or token is None:
        return
    home = _read(templates(entry, "token_endpoint"), token.value)
    if not home:
        return
    for name in ("issuer", "authorization_endpoint"):
        other = settings.of(server.name, name)
        found = _read(templates(entry, name), other.value) if other else {}
        for place in sorted(found.keys() & home.keys() - {"host"}):
            if other and _differ(found[place], home[place]):
                yield RuleMatch(
                    f"{name} has the {place} {redact_urls(found[place])}, but token_endpoint has {redact_urls(home[place])}: "
                    "they do not belong together",
                    pointer=other.pointer,
                    remedy="Take both from the same metadata document.",
                    related=(("token_endpoint", token.origin), *settings.recognition(server.name)),
                )
                break


def _read(known: list[str], value: object) -> Mapping[str, str]:
    return next((found for template in known if (found := match_template(template, value)) is not None), {})


def _differ(one: str, other: str) -> bool:
    """Return True if two names certainly differ; aliases and domains may be equal."""
    guids = [_GUID.fullmatch(text) is not None for text in (one, other)]
    if guids[0] != guids[1] or _SEVERAL & {one, other}:
        return False
    return one.lower() != other.lower() if guids[0] or "." in one + other else one != other
