"""Addresses: non-public ones are refused before any connection, unless the policy lists their network."""

import ipaddress
import socket

import pytest

from oauthgit.model.formats.address_ranges import is_allowed
from oauthgit.model.formats.host import address_of
from oauthgit.model.verdict import Outcome
from oauthgit.probe import Limits
from support.run_smoke import LOOPBACK, only, server, smoke
from support.scripted_server import TOKEN, fake, reply


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - refused, not listened on
        "224.0.0.1",
        "239.255.255.250",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "not an address",
    ],
)
def test_non_public_address_is_refused(address: str) -> None:
    assert not is_allowed(address, ())


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"])
def test_public_address_is_allowed(address: str) -> None:
    assert is_allowed(address, ())


SPECIAL = {
    # IANA, "IPv4 Special-Purpose Address Registry", every row without "Globally Reachable: True"
    *("0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/29", "192.0.0.8/32", "192.0.0.170/32", "192.0.0.171/32", "192.0.0.0/32", "192.0.0.255/32"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32"),
    # IANA, "IPv6 Special-Purpose Address Registry", likewise
    *("::1/128", "::/128", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/32", "2001:2::/48"),
    *("2001:10::/28", "2001:1ff:ffff::/48", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
    # multicast, site-local, and everything that is not global unicast
    *("224.0.0.0/4", "ff00::/8", "fec0::/10", "::2/127", "::/96", "4000::/3", "e000::/4", "200::/7"),
}
REACHABLE = {
    *("192.0.0.9/32", "192.0.0.10/32", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24", "1.0.0.0/8"),
    *("2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:3::/32", "2001:4:112::/48", "2001:20::/28"),
    *("2001:30::/28", "2620:4f:8000::/48", "2001:200::/32", "2606:2800::/32"),
}


def ends(network: str) -> tuple[str, str]:
    """Return the first and the last address of a network."""
    found = ipaddress.ip_network(network)
    return str(found[0]), str(found[-1])


def wrapped(address: str) -> list[str]:
    """Return the IPv6 forms of an IPv4 address: mapped, 6to4, NAT64; return an IPv6 address alone."""
    found = ipaddress.ip_address(address)
    if found.version == 6:
        return []
    number = int(found)
    return [str(ipaddress.IPv6Address(base + (number << shift))) for base, shift in _WRAPPINGS]


_WRAPPINGS = ((0xFFFF << 32, 0), (0x2002 << 112, 80), (0x64FF9B << 96, 0))


@pytest.mark.parametrize("network", sorted(SPECIAL))
def test_special_range_is_refused_in_every_form(network: str) -> None:
    for address in ends(network):
        for form in (address, *wrapped(address)):
            assert not is_allowed(form, ()), form
            known = address_of(f"[{form}]" if ":" in form else form)
            assert known is not None
            assert known.reach != "public", form


@pytest.mark.parametrize("network", sorted(REACHABLE))
def test_reachable_range_is_allowed_in_every_form(network: str) -> None:
    for address in ends(network):
        for form in (address, *wrapped(address)):
            assert is_allowed(form, ()), form


@pytest.mark.parametrize("client", ["10.0.0.1", "8.8.8.8"])
def test_teredo_address_is_always_refused(client: str) -> None:
    hidden = int(ipaddress.IPv4Address(client)) ^ 0xFFFFFFFF
    assert not is_allowed(str(ipaddress.IPv6Address((0x20010000 << 96) | (0x08080808 << 64) | hidden)), ())


def test_result_is_independent_of_python_is_global(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (ipaddress.IPv4Address, ipaddress.IPv6Address):
        monkeypatch.setattr(kind, "is_global", True)
    assert not any(is_allowed(address, ()) for network in SPECIAL for address in ends(network))


def test_only_a_listed_network_is_allowed() -> None:
    assert is_allowed("10.1.2.3", ("10.1.0.0/16",))
    assert is_allowed("::ffff:10.1.2.3", ("10.1.0.0/16",))
    assert not is_allowed("10.2.2.3", ("10.1.0.0/16",))
    assert not is_allowed("::1", ("127.0.0.0/8",))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001"])
def test_unlisted_loopback_gets_no_connection(host: str) -> None:
    with fake(reply(200, TOKEN), host=host) as served:
        verdict = only(smoke(server(served.url), limits=Limits(timeout=5)))
        assert served.connections == 0
    assert (verdict.outcome, verdict.code, verdict.milliseconds) == (Outcome.NOT_RUN, "OG908", None)
    assert verdict.reason == "the host's address is not public, and networks in the policy does not list it"


def test_listed_loopback_is_allowed_and_host_name_is_sent() -> None:
    with fake(reply(200, TOKEN), host="localhost") as served:
        assert only(smoke(server(served.url), limits=LOOPBACK)).outcome is Outcome.ACCEPTED
        (request,) = served.requests
    assert f"Host: {served.url.split('/')[2]}".encode() in request


def test_next_address_is_tried_after_a_refused_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        assert host == "crm.example.com"
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("127.0.0.9", port)), (*kind, ("10.0.0.1", port)), (*kind, ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with fake(reply(200, TOKEN), host="crm.example.com") as served:
        assert only(smoke(server(served.url))).outcome is Outcome.ACCEPTED


def test_sandbox_is_on_loopback_and_its_verdicts_state_it() -> None:
    with fake(reply(200, TOKEN)) as served:
        verdict = only(smoke(server(served.url), limits=Limits(timeout=5, sandbox=True, proxy="http://127.0.0.1:1")))
    assert (verdict.outcome, verdict.sandbox) == (Outcome.ACCEPTED, True)
