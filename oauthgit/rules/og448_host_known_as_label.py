"""Check OG448: a known host in front of another domain."""

from collections.abc import Iterator
from functools import lru_cache

from oauthgit.model.finding import Severity
from oauthgit.model.formats.host import registrable
from oauthgit.model.formats.url import SERVER_URLS, url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings


@rule("OG448", Severity.ERROR, on=SERVER_URLS)
def host_known_as_label(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A host begins with a known provider's host but ends in another domain.

    Host names are read from the left but owned from the right: `login.microsoftonline.com.example.net` belongs to
    `example.net`. Providers do not use such hosts. They are made to pass a review, and the owner of the domain gets the
    client secret. A country suffix after the name, as in `google.com.au`, is not reported.

    Bad:

    ```yaml branch
    oauth_servers:
      entra:
        token_endpoint: https://login.microsoftonline.com.example.net/contoso.example/oauth2/v2.0/token  # OG448: example.net
        client_id: 0d6e1f0f-3a11-4c0e-9a55-5f3c7a526c0e
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.com/.default]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      zoho:
        token_endpoint: https://accounts.zoho.com.au/oauth/v2/token
        client_id: 1000.MWUFXBV932BYV7S6EHOGFQRCLRI1QZ
        grant_types: [authorization_code]
      lab:
        token_endpoint: https://gitlab.example.com/oauth/token
        client_id: lab-main
        grant_types: [authorization_code]
    ```
    """
    url = url_of(setting.value)
    if url is None or url.host in settings.known_hosts:
        return
    known = _beginning(url.host, settings.known_hosts)
    if known:
        yield RuleMatch(
            f"{setting.name} begins like a host of {known}, but belongs to {registrable(url.host)}, "
            "which gets everything that is sent there",
            remedy=f"End the host after {known}.",
        )


@lru_cache(maxsize=1024)
def _beginning(host: str, hosts: frozenset[str]) -> str | None:
    """Return the longest known name in ``host`` in front of another domain."""
    host = host.removesuffix(".")
    if _ends(hosts).isdisjoint(host.split(".")[:-1]):
        return None
    dotted = f".{host}"
    for known in _longest_first(hosts):
        if f".{known}." not in dotted:
            continue
        rest = dotted.partition(f".{known}.")[2]
        if "." in rest or len(rest) > 2:  # noqa: PLR2004 - a country
            return known
    return None


@lru_cache(maxsize=16)
def _ends(hosts: frozenset[str]) -> frozenset[str]:
    """Return the last labels of the known names, such as ``com``."""
    return frozenset(each.rpartition(".")[2] for each in hosts)


@lru_cache(maxsize=16)
def _longest_first(hosts: frozenset[str]) -> list[str]:
    return sorted((each.removeprefix("*.") for each in sorted(hosts)), key=len, reverse=True)
