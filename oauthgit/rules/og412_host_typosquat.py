"""Check OG412: a host that resembles a known provider's."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.host import registrable
from oauthgit.model.formats.url import SERVER_URLS, url_of
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.settings import Setting, Settings

_LOOKALIKES: Final = tuple(str.maketrans("0135", letters) for letters in ("oles", "oies"))
_HOMOGLYPHS: Final = 4
_SLIPS: Final = 6
_ONE_WRONG: Final = 7
_TWO_WRONG: Final = 11


@rule("OG412", Severity.WARNING, on=SERVER_URLS)
def host_typosquat(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A host's domain differs from a known provider's by only a letter or two.

    `micros0ftonline.com` and `gihtub.com` look like the real domains. Such domains are registered to collect what is
    sent to them, here the client secret. The domain is compared with the hosts of the catalogue: digits for letters,
    swapped letters, and in long names one letter missing, added or replaced. Short names are not reported. Neither are
    the provider's name below another top-level domain and the hosts of the catalogue themselves.

    Bad:

    ```yaml branch
    oauth_servers:
      entra:
        token_endpoint: https://login.micros0ftonline.com/contoso.example/oauth2/v2.0/token  # OG412: nearly microsoftonline.com
        client_id: 0d6e1f0f-3a11-4c0e-9a55-5f3c7a526c0e
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.com/.default]
    ```

    Bad:

    ```yaml branch
    oauth_servers:
      hub:
        token_endpoint: https://gihtub.com/login/oauth/access_token  # OG412: nearly github.com
        client_id: hub-main
        grant_types: [authorization_code]
    ```

    Good:

    ```yaml branch
    oauth_servers:
      hub:
        token_endpoint: https://github.com/login/oauth/access_token
        client_id: hub-main
        grant_types: [authorization_code]
      tea:
        token_endpoint: https://gitea.com/login/oauth/access_token
        client_id: tea-main
        grant_types: [authorization_code]
      government:
        token_endpoint: https://login.microsoftonline.us/7d1c2a9e-4b53-4e0f-8a61-c0f2b8d93e47/oauth2/v2.0/token
        client_id: government-main
        grant_types: [client_credentials]
        scopes: [https://graph.microsoft.us/.default]
      shop:
        token_endpoint: https://accounts.shopify.com/oauth/token
        client_id: shop-main
        grant_types: [authorization_code]
    ```
    """
    url = url_of(setting.value)
    if url is None or not url.host.isascii() or "." not in url.host:
        return
    domain = registrable(url.host)
    meant = _nearly(domain, settings.known_hosts)
    if meant:
        yield RuleMatch(
            f"{setting.name} goes to {domain}, which is nearly {meant} and may belong to somebody else",
            remedy=f"Write {meant} if that is the intended domain. If not, suppress the finding with the reason.",
        )


@lru_cache(maxsize=1024)
def _nearly(domain: str, hosts: frozenset[str]) -> str | None:
    """Return the domain of a known host that resembles ``domain``, or None."""
    name, _, suffix = domain.partition(".")
    known = _domains(hosts)
    if any(each.partition(".")[0] == name for each in known):
        return None
    return next((each for each in known if _resembles(name, suffix, each)), None)


@lru_cache(maxsize=16)
def _domains(hosts: frozenset[str]) -> list[str]:
    return sorted({registrable(host.removeprefix("*.")) for host in hosts})


def _resembles(name: str, suffix: str, domain: str) -> bool:
    known, _, known_suffix = domain.partition(".")
    looks = {name.replace("rn", "m").replace("vv", "w").translate(table) for table in _LOOKALIKES}
    if len(known) >= _HOMOGLYPHS and known in looks:
        return True
    if suffix != known_suffix or len(known) < _SLIPS or abs(len(name) - len(known)) > 1:
        return False
    allowed = 1 + (len(known) >= _TWO_WRONG)
    return _is_slip(name, known) or (len(known) >= _ONE_WRONG and _distance(name, known) <= allowed)


def _is_slip(name: str, known: str) -> bool:
    """Return True if two neighbours were swapped, or one letter doubled or undoubled."""
    swapped = any(name == known[:at] + known[at + 1] + known[at] + known[at + 2 :] for at in range(len(known) - 1))
    long, short = (name, known) if len(name) > len(known) else (known, name)
    doubled = any(long[at] == long[at + 1] and short == long[:at] + long[at + 1 :] for at in range(len(long) - 1))
    return swapped or doubled


def _distance(one: str, other: str) -> int:
    """Return the Levenshtein distance between two names."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        above, row[0] = row[0], at
        for column, against in enumerate(other, 1):
            above, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, above + (letter != against))
    return row[-1]
