"""Check OG409: an IP address instead of a host name."""

from collections.abc import Iterator
from typing import Any, Final

from oauthgit.model.finding import Severity
from oauthgit.model.formats.host import Address, address_of, is_loopback, leads_nowhere
from oauthgit.model.formats.url import URLS, web_url
from oauthgit.model.rule import RuleMatch, rule
from oauthgit.model.rule_filters import is_ordinary_url
from oauthgit.model.settings import Setting, Settings

_WHAT: Final = {
    "metadata": "the metadata service of a cloud, which gives credentials to any request from inside",
    "loopback": "the machine itself",
    "unspecified": "no particular machine",
    "link-local": "a link-local one, which means another machine on every network",
    "private": "a private one, which means another machine on every network",
    "shared": "one that providers share among customers (RFC 6598)",
    "multicast": "that of a group, not of a machine",
    "reserved": "one that is reserved for examples, tests or protocols (IANA), so no server on the Internet has it",
    "public": "one that can pass to another owner unnoticed",
}


@rule("OG409", Severity.WARNING, on=URLS, unless=is_ordinary_url, by_environment=True)
def host_ip_literal(setting: Setting, settings: Settings) -> Iterator[RuleMatch]:
    """A URL has an IP address instead of a host name.

    A name stays with its owner, and a certificate is checked against it. An address can pass to another owner. An
    address that is not public (RFC 6890) makes the machine that runs the application send requests into its own
    network, and clouds hand out credentials at 169.254.169.254. Octal, hexadecimal and short forms (`0x7f.1`,
    `2130706433`), and IPv4 inside IPv6, are read differently by different programs and are used to bypass checks.

    Loopback addresses are usual in development; in production OG408 reports them. Outside production, addresses in
    `networks` and hosts in `http_hosts` of the policy are allowed.

    Bad:

    ```yaml branch
    oauth_servers:
      crm:
        token_endpoint: https://203.0.113.7/oauth/token  # OG409: token_endpoint has an address as its host
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
        token_endpoint: https://0x7f.1/oauth/token  # OG409: a disguised address
        client_id: hub-main
        grant_types: [client_credentials]
        scopes: [api.read]
      erp:
        token_endpoint: https://[::ffff:10.0.0.1]/oauth/token  # OG409: a disguised address
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
    elif is_loopback(url.host) or url.host in settings.policy["http_hosts"] or _is_allowed(address, settings.policy):
        return
    if address.plain:
        named = f"has an address as its host, {_WHAT[address.reach]}"
    elif address.ip is None:
        named = f"has the host {url.host}, which looks like an address but is not one"
    else:
        named = f"has a disguised address as its host: {url.host} is {address.ip}, {_WHAT[address.reach]}"
    yield RuleMatch(f"{setting.name} {named}", remedy="Write the host's name.")


def _is_allowed(address: Address, policy: Any) -> bool:
    return address.plain and any(_holds(network, address.ip) for network in policy["networks"])


def _holds(network: str, ip: Any) -> bool:
    from ipaddress import ip_network

    try:
        return ip in ip_network(network, strict=False)
    except ValueError:  # not a network: connecting reports it
        return False
