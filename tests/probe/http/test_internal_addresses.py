"""Some 70 forms of internal addresses, and names that resolve to them: refused before any connection."""

import socket

import httpcore
import pytest

from oauthgit.model.formats.address_ranges import is_allowed
from oauthgit.model.verdict import Outcome
from oauthgit.probe import Limits, make_plan, run
from oauthgit.probe.http.stream import CheckedBackend, Stream
from support.run_smoke import server, settings, vault

INSIDE = [
    *("127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0", "0x0", "2130706433", "017700000001"),  # noqa: S104
    *("0177.0.0.1", "0177.1", "0x7f.1", "0x7f000001", "0x7f.0x0.0x0.0x1", "127.0.0x1", "00177.0.0.01"),
    *("10.0.0.1", "10.1", "012.0.0.1", "167772161", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.257"),
    *(
        "3232235521",
        "0xc0a80001",
        "169.254.169.254",
        "169.254.43518",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
    ),
    *("169.254.170.2", "100.64.0.1", "100.100.100.200", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]"),
    *("[::ffff:169.254.169.254]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[64:ff9b::169.254.169.254]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]"),
    *("[2001:0:7f00:1::80ff:fffe]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]"),
    *("[2001:db8::1]", "[100::1]", "[5f00::1]"),
]


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses of attempted connections; every attempt fails."""
    begun: list[str] = []

    def connect(_backend: CheckedBackend, address: str, *_: object) -> Stream:
        begun.append(address)
        raise httpcore.ConnectError from ConnectionRefusedError()

    monkeypatch.setattr(CheckedBackend, "_to", connect)
    return begun


def asked(name: str, scheme: str = "https") -> tuple[Outcome, int | None]:
    """Send requests to a server of this name, which policy and pin both trust."""
    target = settings(server(f"{scheme}://{name}:9443/token"))
    planned = make_plan([target], vault(f"{scheme}://{name}:9443/token"), {})
    verdicts = planned.refused or run(planned, [target], Limits(timeout=5), listen=lambda _: None).verdicts
    return verdicts[0].outcome, verdicts[0].milliseconds


@pytest.mark.parametrize("literal", INSIDE)
def test_internal_address_in_any_form_gets_no_connection(literal: str, connected: list[str]) -> None:
    for scheme in ("https", "http"):
        assert asked(literal, scheme) == (Outcome.NOT_RUN, None)
    assert connected == []


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Give every lookup of a name the next of these answers, and then always the last one."""
    left = list(answers)

    def look_up(_name: str, port: int, **_: object) -> list[tuple[object, ...]]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


PUBLIC = "93.184.215.14"


@pytest.mark.parametrize("inside", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::ffff:127.0.0.1"])
def test_name_with_internal_address_gets_no_connection(
    inside: str, connected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, [inside])
    assert asked("rebind.example.com") == (Outcome.NOT_RUN, None)
    assert connected == []


def test_name_is_resolved_only_once(connected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, [PUBLIC], ["127.0.0.1"])
    asked("rebind.example.com")
    assert connected == [PUBLIC, PUBLIC], "every connection of a run goes to the address that was checked"


def test_only_public_addresses_of_a_name_are_tried(connected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["127.0.0.1", PUBLIC, "169.254.169.254", "10.0.0.1"])
    assert asked("mixed.example.com")[0] is Outcome.UNREACHABLE
    assert set(connected) == {PUBLIC}


def test_public_addresses_are_still_allowed() -> None:
    assert all(
        is_allowed(address, ()) for address in (PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8")
    )
