"""Hosts: addresses as a resolver interprets them, and the registrable domain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit.model.formats.host import address_of, is_loopback, leads_nowhere, registrable, why_nowhere

ADDRESSES = {
    "203.0.113.7": ("203.0.113.7", "reserved", True),
    "9.9.9.9": ("9.9.9.9", "public", True),
    "192.0.0.8": ("192.0.0.8", "reserved", True),
    "[3fff::1]": ("3fff::1", "reserved", True),
    "10.0.0.5": ("10.0.0.5", "private", True),
    "172.31.255.255": ("172.31.255.255", "private", True),
    "172.32.0.1": ("172.32.0.1", "public", True),
    "192.168.1.1": ("192.168.1.1", "private", True),
    "100.64.0.1": ("100.64.0.1", "shared", True),
    "169.254.1.1": ("169.254.1.1", "link-local", True),
    "169.254.169.254": ("169.254.169.254", "metadata", True),
    "127.0.0.1": ("127.0.0.1", "loopback", True),
    "0.0.0.0": ("0.0.0.0", "unspecified", True),  # noqa: S104 - an address to be judged, nothing listens there
    "224.0.0.1": ("224.0.0.1", "multicast", True),
    "2130706433": ("127.0.0.1", "loopback", False),
    "0x7f000001": ("127.0.0.1", "loopback", False),
    "0177.0.0.1": ("127.0.0.1", "loopback", False),
    "127.1": ("127.0.0.1", "loopback", False),
    "10.0x1f.0420": ("10.31.1.16", "private", False),
    "169.254.43518": ("169.254.169.254", "metadata", False),
    "10.0.0.5.": ("10.0.0.5", "private", False),
    "[::1]": ("::1", "loopback", True),
    "[::]": ("::", "unspecified", True),
    "[fe80::1]": ("fe80::1", "link-local", True),
    "[fd00::1]": ("fd00::1", "private", True),
    "[2001:4860:4860::8888]": ("2001:4860:4860::8888", "public", True),
    "[::ffff:10.0.0.5]": ("10.0.0.5", "private", False),
    "[::ffff:a9fe:a9fe]": ("169.254.169.254", "metadata", False),
    "[64:ff9b::a00:5]": ("10.0.0.5", "private", False),
    "[2002:a00:5::1]": ("10.0.0.5", "private", False),
    "[::10.0.0.5]": ("10.0.0.5", "private", False),
}
NO_ADDRESSES = [
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.256",
    "08.0.0.1",
    "4294967296",
    "1..2",
    "example.7",
    "[1::2::3]",
    "[:::]",
]
DOMAINS = {
    "login.microsoftonline.com": "microsoftonline.com",
    "example.com": "example.com",
    "a.b.c.example.com.": "example.com",
    "start.exactonline.co.uk": "exactonline.co.uk",
    "exactonline.co.uk": "exactonline.co.uk",
    "accounts.zoho.com.au": "zoho.com.au",
    "app.example.nl": "example.nl",
    "co.nl": "co.nl",
    "localhost": "localhost",
    "10.0.0.5": "10.0.0.5",
    "[::1]": "[::1]",
}


@pytest.mark.parametrize("host", ADDRESSES)
def test_address_is_parsed_in_every_form(host: str) -> None:
    address = address_of(host)
    assert address is not None
    assert (str(address.ip), address.reach, address.plain) == ADDRESSES[host]


@pytest.mark.parametrize("host", NO_ADDRESSES)
def test_name_ending_in_a_number_is_no_address(host: str) -> None:
    address = address_of(host)
    assert address is not None
    assert (address.ip, address.plain) == (None, False)


@pytest.mark.parametrize("host", ["example.com", "7.example.com", "x0", "dead.beef", "0xg", "١.٢.٣.٤", "a.", "."])  # noqa: RUF001 - digits of another script
def test_host_name_is_no_address(host: str) -> None:
    assert address_of(host) is None


@pytest.mark.parametrize("host", DOMAINS)
def test_registrable_domain_is_found(host: str) -> None:
    assert registrable(host) == DOMAINS[host]


def test_loopback_host_is_detected() -> None:
    assert all(map(is_loopback, ("localhost", "localhost.", "app.localhost", "127.0.0.1", "127.8.9.10", "[::1]")))
    assert not any(map(is_loopback, ("localhost.example.com", "notlocalhost", "127.1", "10.0.0.1", "idp.test")))
    assert all(map(leads_nowhere, ("localhost", "idp.test", "127.1", "[::]", "a.invalid")))


@given(st.text(max_size=40) | st.from_regex(r"\[?[0-9a-fx:.]{0,40}\]?", fullmatch=True) | st.just("9" * 5000))
def test_any_host_is_handled(host: str) -> None:
    address_of(host)
    registrable(host)
    is_loopback(host)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("localhost", "section 6.3"),
        ("crm.test", ".test are reserved for tests"),
        ("crm.invalid.", ".invalid are reserved"),
        ("crm.example", ".example are reserved for documentation"),
        ("crm.localdomain", "the domain of machines that have no other"),
        ("127.0.0.1", "this address means the machine that asks"),
        ("[::1]", "this address means the machine that asks"),
        ("crm.example.com", ""),
    ],
)
def test_reason_of_a_reserved_host_is_given(host: str, words: str) -> None:
    assert words in why_nowhere(host)
    assert leads_nowhere(host) is bool(words)
