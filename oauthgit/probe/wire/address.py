"""Addresses that may be connected to: public ones, and those of networks that the policy lists."""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""The networks in which the sandbox lives."""
_UNICAST = ipaddress.ip_network("2000::/3")
"""What is globally reachable in IPv6 (RFC 4291 section 2.4): not site-local, IPv4-compatible or locally translated."""


def allowed(address: str, networks: Sequence[str]) -> bool:
    """Tell whether ``address`` is globally reachable (IANA special-purpose registries) or lies in one of ``networks``.

    An IPv4 address carried in an IPv6 one (mapped, 6to4, Teredo, NAT64) counts as itself. Not an address: False.
    """
    try:
        found = _unwrapped(ipaddress.ip_address(address))
        listed = [ipaddress.ip_network(network, strict=False) for network in networks]
    except ValueError:
        return False
    if any(found in network for network in listed):
        return True
    return found.is_global and not found.is_multicast and (found.version == 4 or found in _UNICAST)  # noqa: PLR2004 - IPv4


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.scope_id:
        return ipaddress.IPv6Address(int(address))
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
