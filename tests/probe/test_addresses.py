"""Addresses: what is not public is refused before any connection, unless the policy lists its network."""

import socket

import pytest

from oauthgit.model.verdict import Outcome
from oauthgit.probe import Limits
from oauthgit.probe.wire.address import allowed
from probe.build import LOOPBACK, only, server, smoke
from probe.fake import TOKEN, fake, reply


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
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not allowed(address, ())


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"])
def test_a_public_address_is_allowed(address: str) -> None:
    assert allowed(address, ())


def test_a_listed_network_is_allowed_and_no_other() -> None:
    assert allowed("10.1.2.3", ("10.1.0.0/16",))
    assert allowed("::ffff:10.1.2.3", ("10.1.0.0/16",))
    assert not allowed("10.2.2.3", ("10.1.0.0/16",))
    assert not allowed("::1", ("127.0.0.0/8",))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001"])
def test_no_connection_is_opened_to_loopback_unless_it_is_listed(host: str) -> None:
    with fake(reply(200, TOKEN), host=host) as served:
        verdict = only(smoke(server(served.url), limits=Limits(timeout=5)))
        assert served.connections == 0
    assert (verdict.outcome, verdict.code, verdict.milliseconds) == (Outcome.NOT_RUN, "OG908", None)
    assert verdict.reason == "the host's address is not public, and networks in the policy does not list it"


def test_loopback_is_allowed_where_it_is_listed_and_the_name_stays_in_the_request() -> None:
    with fake(reply(200, TOKEN), host="localhost") as served:
        assert only(smoke(server(served.url), limits=LOOPBACK)).outcome is Outcome.ACCEPTED
        (request,) = served.requests
    assert f"Host: {served.url.split('/')[2]}".encode() in request


def test_the_next_address_is_tried_where_one_takes_no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        assert host == "crm.example.com"
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("127.0.0.9", port)), (*kind, ("10.0.0.1", port)), (*kind, ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with fake(reply(200, TOKEN), host="crm.example.com") as served:
        assert only(smoke(server(served.url))).outcome is Outcome.ACCEPTED


def test_the_sandbox_lives_on_loopback_and_its_verdicts_say_so() -> None:
    with fake(reply(200, TOKEN)) as served:
        verdict = only(smoke(server(served.url), limits=Limits(timeout=5, sandbox=True, proxy="http://127.0.0.1:1")))
    assert (verdict.outcome, verdict.sandbox) == (Outcome.ACCEPTED, True)
