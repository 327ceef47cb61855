"""OG409: an address where a host's name belongs."""

from collections.abc import Iterator
from typing import Any, Final

from oauthgit.model.condition import ordinary_url
from oauthgit.model.finding import Severity
from oauthgit.model.formats.host import Address, address_of, is_loopback, leads_nowhere
from oauthgit.model.formats.url import URLS, web_url
from oauthgit.model.rule import Remark, rule
from oauthgit.model.settings import Setting, Settings

_WHAT: Final = {
    "metadata": "the metadata service of a cloud, which gives credentials to whoever asks from inside",
    "loopback": "the machine itself",
    "unspecified": "no certain machine",
    "link-local": "a link-local one, which means another machine on every network",
    "private": "a private one, which means another machine on every network",
    "shared": "one that providers share among customers (RFC 6598)",
    "multicast": "that of a group, not of a machine",
    "reserved": "one that is set apart for examples, tests or protocols (IANA), so no server of the Internet has it",
    "public": "one that no name stands for, so it passes to another owner unnoticed",
}


@rule("OG409", Severity.WARNING, on=URLS, unless=ordinary_url)
def host_ip_literal(setting: Setting, settings: Settings) -> Iterator[Remark]:
    """A URL has an address in place of a host's name.

    A name stays with its owner and is what a certificate is checked against; an address passes on. Addresses that are
    not public (RFC 6890) make the machine that runs the application ask its own network, and 169.254.169.254 is where
    clouds hand out credentials. Octal, hexadecimal and short forms (`0x7f.1`, `2130706433`), and IPv4 wrapped into IPv6,
    are read differently by different programs and serve to get past a check.

    Loopback addresses are usual in development, and in production they are OG408's; `networks` and `http_hosts` of the
    policy are tolerated outside production.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://203.0.113.7/oauth/token  # OG409: token_endpoint has an address for a host
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://169.254.169.254/oauth/token  # OG409: the metadata service of a cloud
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
      hub:
        token_endpoint: https://0x7f.1/oauth/token  # OG409: an address in disguise
        client_id: hub-main
        grant_types: [client_credentials]
        scopes: [api.read]
      erp:
        token_endpoint: https://[::ffff:10.0.0.1]/oauth/token  # OG409: an address in disguise
        client_id: erp-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    Good:

    ```yaml policy
    networks: [10.1.0.0/16]
    ```

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://crm.example.com/oauth/token
        client_id: crm-main
        grant_types: [client_credentials]
        scopes: [api.read]
    ```

    ```yaml runtime_configuration
    redirect_uri: http://127.0.0.1:8080/oauth-callback
    oauth_servers:
      crm:
        token_endpoint: https://10.1.2.3/oauth/token
        client_id: crm-development
    ```
    """
    url = web_url(setting.value)
    address = address_of(url.host) if url else None
    if url is None or address is None:
        return
    if settings.environment == "production":
        if leads_nowhere(url.host):
            return
    elif is_loopback(url.host) or url.host in settings.policy["http_hosts"] or _allowed(address, settings.policy):
        return
    if address.plain:
        said = f"has an address for a host, {_WHAT[address.reach]}"
    elif address.ip is None:
        said = f"has {url.host} for a host, which looks like an address and is none"
    else:
        said = f"has an address in disguise for a host: {url.host} is {address.ip}, {_WHAT[address.reach]}"
    yield Remark(f"{setting.name} {said}", remedy="write the host's name")


def _allowed(address: Address, policy: Any) -> bool:
    return address.plain and any(_holds(network, address.ip) for network in policy["networks"])


def _holds(network: str, ip: Any) -> bool:
    from ipaddress import ip_network

    try:
        return ip in ip_network(network, strict=False)
    except ValueError:  # no network: whoever connects says so
        return False
