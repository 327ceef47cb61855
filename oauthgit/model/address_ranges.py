"""Ranges of addresses where no server of the Internet is, and IPv4 addresses that are wrapped into IPv6.

A table of our own, for Python's ``is_global`` is another one in each version. Sources: IANA, "IPv4 Special-Purpose Address
Registry" and "IPv6 Special-Purpose Address Registry" (RFC 6890 and its updates), every row that is not globally reachable
or of which that is not stated; RFC 5771 and RFC 4291 for multicast; RFC 3879 for site-local addresses. Public are, of
192.0.0.0/24 and 2001::/23, the rows only that the registries name as globally reachable.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = IPv4Address | IPv6Address
    Network = IPv4Network | IPv6Network

RANGES: Final = (
    ("169.254.169.254/32", "metadata"),
    ("100.100.100.200/32", "metadata"),
    ("fd00:ec2::254/128", "metadata"),
    ("127.0.0.0/8", "loopback"),  # RFC 1122
    ("::1/128", "loopback"),  # RFC 4291
    ("0.0.0.0/8", "unspecified"),  # RFC 791
    ("::/128", "unspecified"),  # RFC 4291
    ("169.254.0.0/16", "link-local"),  # RFC 3927
    ("fe80::/10", "link-local"),  # RFC 4291
    ("10.0.0.0/8", "private"),  # RFC 1918
    ("172.16.0.0/12", "private"),  # RFC 1918
    ("192.168.0.0/16", "private"),  # RFC 1918
    ("fc00::/7", "private"),  # RFC 4193
    ("fec0::/10", "private"),  # site-local, deprecated by RFC 3879
    ("100.64.0.0/10", "shared"),  # RFC 6598
    ("224.0.0.0/4", "multicast"),  # RFC 5771
    ("ff00::/8", "multicast"),  # RFC 4291
    ("192.0.0.9/32", "public"),  # RFC 7723
    ("192.0.0.10/32", "public"),  # RFC 8155
    ("192.0.0.0/24", "reserved"),  # RFC 6890, with 192.0.0.0/29, .8, .170 and .171
    ("192.0.2.0/24", "reserved"),  # RFC 5737
    ("192.88.99.0/24", "reserved"),  # 6to4 relays, deprecated by RFC 7526; .2 is of RFC 6751
    ("198.18.0.0/15", "reserved"),  # RFC 2544
    ("198.51.100.0/24", "reserved"),  # RFC 5737
    ("203.0.113.0/24", "reserved"),  # RFC 5737
    ("240.0.0.0/4", "reserved"),  # RFC 1112, with the broadcast address (RFC 8190)
    ("64:ff9b:1::/48", "reserved"),  # RFC 8215
    ("100::/64", "reserved"),  # RFC 6666
    ("100:0:0:1::/64", "reserved"),  # RFC 9780
    ("2001::/32", "reserved"),  # Teredo, RFC 4380
    ("2001:1::1/128", "public"),  # RFC 7723
    ("2001:1::2/128", "public"),  # RFC 8155
    ("2001:1::3/128", "public"),  # RFC 9665
    ("2001:2::/48", "reserved"),  # RFC 5180
    ("2001:3::/32", "public"),  # RFC 7450
    ("2001:4:112::/48", "public"),  # RFC 7535
    ("2001:10::/28", "reserved"),  # ORCHID, deprecated by RFC 7343
    ("2001:20::/28", "public"),  # RFC 7343
    ("2001:30::/28", "public"),  # RFC 9374
    ("2001::/23", "reserved"),  # RFC 2928
    ("2001:db8::/32", "reserved"),  # RFC 3849
    ("3fff::/20", "reserved"),  # RFC 9637
    ("5f00::/16", "reserved"),  # RFC 9602
    ("2000::/3", "public"),  # RFC 4291 section 2.4: global unicast
    ("::/0", "reserved"),
    ("0.0.0.0/0", "public"),
)
"""Ranges, and what is there; of several that hold an address, the first counts."""


def reach(address: "Address") -> str:
    """Return what an address reaches: ``public``, or the word of :data:`RANGES`."""
    return next(word for network, word in _networks() if address in network)


def unwrap(address: "Address") -> "Address":
    """Return the IPv4 address in an IPv6 one that is mapped, of 6to4 or NAT64; another one as it is, without its zone."""
    from ipaddress import IPv4Address, IPv6Address, IPv6Network

    if isinstance(address, IPv4Address):
        return address
    if address in IPv6Network("64:ff9b::/96"):  # RFC 6052
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or IPv6Address(int(address))


@cache
def _networks() -> "tuple[tuple[Network, str], ...]":
    from ipaddress import ip_network

    return tuple((ip_network(network), word) for network, word in RANGES)
