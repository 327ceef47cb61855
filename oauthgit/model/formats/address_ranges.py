"""Classify IP addresses by the registries of special-purpose ranges.

The table is our own, because Python's ``is_global`` differs between versions. Sources: IANA, "IPv4 Special-Purpose
Address Registry" and "IPv6 Special-Purpose Address Registry" (RFC 6890 and its updates), every row that is not globally
reachable, or for which that is not stated; RFC 5771 and RFC 4291 for multicast; RFC 3879 for site-local addresses. Of
192.0.0.0/24 and 2001::/23, only the rows that the registries name as globally reachable are public.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = IPv4Address | IPv6Address
    Network = IPv4Network | IPv6Network

RANGES: Final = (
    ("metadata", "169.254.169.254/32", "100.100.100.200/32", "fd00:ec2::254/128"),
    ("loopback", "127.0.0.0/8", "::1/128"),  # RFC 1122, RFC 4291
    ("unspecified", "0.0.0.0/8", "::/128"),  # RFC 791, RFC 4291
    ("link-local", "169.254.0.0/16", "fe80::/10"),  # RFC 3927, RFC 4291
    ("private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
    ("private", "fc00::/7"),  # RFC 4193
    ("private", "fec0::/10"),  # site-local, deprecated by RFC 3879
    ("shared", "100.64.0.0/10"),  # RFC 6598
    ("multicast", "224.0.0.0/4", "ff00::/8"),  # RFC 5771, RFC 4291
    ("public", "192.0.0.9/32", "192.0.0.10/32"),  # RFC 7723, RFC 8155
    ("reserved", "192.0.0.0/24"),  # RFC 6890, with 192.0.0.0/29, .8, .170 and .171
    ("reserved", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),  # RFC 5737
    ("reserved", "192.88.99.0/24"),  # 6to4 relays, deprecated by RFC 7526; .2 is of RFC 6751
    ("reserved", "198.18.0.0/15"),  # RFC 2544
    ("reserved", "240.0.0.0/4"),  # RFC 1112, with the broadcast address (RFC 8190)
    ("reserved", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64"),  # RFC 8215, RFC 6666, RFC 9780
    ("reserved", "2001::/32"),  # Teredo, RFC 4380
    ("public", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128"),  # RFC 7723, RFC 8155, RFC 9665
    ("reserved", "2001:2::/48"),  # RFC 5180
    ("public", "2001:3::/32", "2001:4:112::/48"),  # RFC 7450, RFC 7535
    ("reserved", "2001:10::/28"),  # ORCHID, deprecated by RFC 7343
    ("public", "2001:20::/28", "2001:30::/28"),  # RFC 7343, RFC 9374
    ("reserved", "2001::/23"),  # RFC 2928
    ("reserved", "2001:db8::/32", "3fff::/20"),  # RFC 3849, RFC 9637
    ("reserved", "5f00::/16"),  # RFC 9602
    ("public", "2000::/3"),  # RFC 4291 section 2.4: global unicast
    ("reserved", "::/0"),
    ("public", "0.0.0.0/0"),
)
"""A class and its ranges; if several contain an address, the first is used."""


def reach(address: "Address") -> str:
    """Return the class of an address: ``public``, or another word of ``RANGES``."""
    return next(word for network, word in _networks() if address in network)


def is_allowed(address: str, networks: Sequence[str]) -> bool:
    """Return True if ``address`` is globally reachable or in one of ``networks``.

    Source: IANA special-purpose address registries. For an IPv4 address inside an IPv6 address (mapped, 6to4, NAT64), the
    IPv4 address counts. Text that is not an address: False.
    """
    from ipaddress import ip_address, ip_network

    try:
        found = unwrap(ip_address(address))
        listed = [ip_network(network, strict=False) for network in networks]
    except ValueError:
        return False
    return any(found in network for network in listed) or reach(found) == "public"


def unwrap(address: "Address") -> "Address":
    """Return the IPv4 address inside a mapped, 6to4 or NAT64 address of IPv6.

    Other addresses are returned unchanged, without their zone.
    """
    from ipaddress import IPv4Address, IPv6Address, IPv6Network

    if isinstance(address, IPv4Address):
        return address
    if address in IPv6Network("64:ff9b::/96"):  # RFC 6052
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or IPv6Address(int(address))


@cache
def _networks() -> "tuple[tuple[Network, str], ...]":
    from ipaddress import ip_network

    return tuple((ip_network(network), word) for word, *networks in RANGES for network in networks)
