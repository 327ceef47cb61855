"""Check addresses: public ones and those in the policy's networks are allowed."""

import ipaddress
from collections.abc import Sequence

from oauthgit.model.formats.address_ranges import reach, unwrap

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""The networks of the sandbox."""


def is_allowed(address: str, networks: Sequence[str]) -> bool:
    """Return True if ``address`` is globally reachable or in one of ``networks``.

    Source: IANA special-purpose address registries. For an IPv4 address inside an IPv6 address (mapped, 6to4, NAT64), the
    IPv4 address counts. Text that is not an address: False.
    """
    try:
        found = unwrap(ipaddress.ip_address(address))
        listed = [ipaddress.ip_network(network, strict=False) for network in networks]
    except ValueError:
        return False
    return any(found in network for network in listed) or reach(found) == "public"
