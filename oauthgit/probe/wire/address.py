"""Addresses that may be connected to: public ones, and those of networks that the policy lists."""

import ipaddress
from collections.abc import Sequence

from oauthgit.model.formats.address_ranges import reach, unwrap

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""The networks in which the sandbox lives."""


def allowed(address: str, networks: Sequence[str]) -> bool:
    """Tell whether ``address`` is globally reachable (IANA special-purpose registries) or lies in one of ``networks``.

    An IPv4 address carried in an IPv6 one (mapped, 6to4, NAT64) counts as itself. Not an address: False.
    """
    try:
        found = unwrap(ipaddress.ip_address(address))
        listed = [ipaddress.ip_network(network, strict=False) for network in networks]
    except ValueError:
        return False
    return any(found in network for network in listed) or reach(found) == "public"
