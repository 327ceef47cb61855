"""Parse hosts: addresses in all forms, names without a server, and domains."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from oauthgit.model.formats.lazy_regex import regex

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_NUMBER: Final = regex(r"0[xX][0-9A-Fa-f]*|[0-9]+")
_NOBODYS: Final = {
    "localhost": "the name means the machine that asks (RFC 6761 section 6.3)",
    "localdomain": "it is the domain of machines that have no other",
    "test": "names that end in .test are reserved for tests and never resolve (RFC 6761 section 6.2)",
    "invalid": "names that end in .invalid are reserved and never resolve (RFC 6761 section 6.4)",
    "example": "names that end in .example are reserved for documentation and never resolve (RFC 6761 section 6.5)",
}
"""The reason why no server of that top level can be reached."""
_THIS_MACHINE: Final = regex(r"127(?:\.[0-9]+){1,3}|0\.0\.0\.0|\[::1?\]")
_LOOPBACK: Final = regex(r"(?:.*\.)?localhost\.?|127(?:\.[0-9]+){3}|\[::1\]")
# Second-level labels under which registries sell names: example.co.uk is a domain, co.uk is not.
_SECOND_LEVEL: Final = frozenset(
    (
        *("ac", "asn", "co", "com", "edu", "firm", "gc", "gen", "go", "gob", "gouv", "gov", "govt", "gv", "id", "ind"),
        *("info", "ltd", "me", "mil", "mod", "muni", "ne", "net", "nhs", "nic", "nom", "or", "org", "plc", "police"),
        *("sch", "school", "web"),
    )
)
_TEST_SYSTEMS: Final = frozenset(("account-d.docusign.com", "test.salesforce.com"))
_OF_TEST_SYSTEMS: Final = (".sandbox.my.salesforce.com", ".sandbox.my.site.com", ".oktapreview.com")


class Address(NamedTuple):
    """Describe a host that is an address.

    ``ip`` is the address it means, with IPv4 unwrapped from IPv6, or None if programs would disagree. ``reach`` is
    ``metadata``, ``loopback``, ``unspecified``, ``link-local``, ``private``, ``shared``, ``multicast``,
    ``reserved`` or ``public``. ``plain`` is true for the one usual notation.
    """

    ip: "IPv4Address | IPv6Address | None"
    reach: str
    plain: bool


def leads_nowhere(host: str) -> bool:
    """Return True if ``host`` can only be this machine or no server."""
    return bool(why_nowhere(host))


def why_nowhere(host: str) -> str:
    """Return the reason why ``host`` is this machine or no server; empty for others.

    Sources: RFC 6761, RFC 6890.
    """
    if reason := _NOBODYS.get(_last(host)):
        return reason
    is_address = host.startswith(("127.", "0.", "[")) and _THIS_MACHINE.fullmatch(host) is not None
    return "this address means the machine that asks (RFC 6890)" if is_address else ""


def _last(host: str) -> str:
    """Return the last label of a name, its top level."""
    return host.removesuffix(".").rpartition(".")[2]


def is_loopback(host: str) -> bool:
    """Return True if ``host`` is localhost, in 127.0.0.0/8 or [::1]."""
    return _LOOPBACK.fullmatch(host) is not None


def is_test_system(host: str) -> bool:
    """Return True if ``host`` is a provider's separate system for developers."""
    return host in _TEST_SYSTEMS or host.endswith(_OF_TEST_SYSTEMS)


@lru_cache(maxsize=4096)
def address_of(host: str) -> Address | None:
    """Return the address that a browser or resolver makes of ``host``.

    Short, octal and hexadecimal notations are included.
    """
    if host.startswith("["):
        return _version_6(host[1:-1])
    if not _last(host)[:1].isdigit():
        return None
    parts = host.removesuffix(".").split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    value = _version_4(parts)
    if value is None:
        return Address(None, "public", plain=False)
    from ipaddress import IPv4Address

    from oauthgit.model.formats.address_ranges import reach

    ip = IPv4Address(value)
    return Address(ip, reach(ip), plain=str(ip) == host)


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """Return the registered domain of ``host``, without a list of public suffixes.

    An address and a single label are their own domain. A suffix that several owners share, such as github.io,
    counts as one domain.
    """
    host = host.removesuffix(".")
    labels = host.split(".")
    if address_of(host) is not None or len(labels) < 3:  # noqa: PLR2004 - a name and its top level
        return host
    below = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL  # noqa: PLR2004 - a country
    return ".".join(labels[-3 if below else -2 :])


def _version_4(parts: list[str]) -> int | None:
    """Parse one to four numbers; the last fills the remaining bytes, as in inet_aton."""
    try:
        *above, last = [_number(part) for part in parts]
    except ValueError:
        return None
    if len(parts) > 4 or any(number > 0xFF for number in above) or last >= 256 ** (5 - len(parts)):  # noqa: PLR2004
        return None
    for at, number in enumerate(above):
        last += number << (24 - 8 * at)
    return last


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError
    if text[:2] in {"0x", "0X"}:
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") else int(text)


def _version_6(text: str) -> Address:
    from ipaddress import IPv4Address, IPv6Address

    from oauthgit.model.formats.address_ranges import reach, unwrap

    try:
        ip = IPv6Address(text)
    except ValueError:
        return Address(None, "public", plain=False)
    meant = unwrap(ip)
    if meant == ip and 1 < int(ip) < 1 << 32:
        meant = IPv4Address(int(ip))
    return Address(meant, reach(meant), plain=meant.version == ip.version)
