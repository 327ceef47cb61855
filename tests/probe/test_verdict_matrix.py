"""The verdict matrix: every situation on every server that has it, without and with control; printed at the end."""

import datetime
import socket
import ssl
from collections.abc import Callable
from typing import Any

import pytest
import trustme

from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.probe import make_plan, report, run
from support import server_behaviours
from support.run_smoke import LOOPBACK, only, pins_of, server, settings, vault
from support.scripted_server import fake, hang
from support.server_roles import Roles
from support.server_situations import (
    EXPECTED,
    REAL,
    SCRIPTED,
    SERVERS,
    Cell,
    Scripted,
    Situation,
)

CONTROL = 4
LIMITS = LOOPBACK._replace(timeout=1)


def asked(configured: dict[str, Any], secret: str, control: bool) -> Verdict:  # noqa: FBT001 - a cell of a table
    """Run one server's settings and return the verdict; a ``redirect_uri`` among them belongs to the target."""
    redirect_uri = configured.pop("redirect_uri", None)
    target = settings(server(**configured))
    if redirect_uri:
        target = target._replace(data={**target.data, "redirect_uri": redirect_uri})
    planned = make_plan([target], vault(*pins_of(configured), secret=secret), {})
    assert planned.refused == ()
    limits = LIMITS._replace(control=CONTROL if control else 0)
    verdict = only(run(planned, [target], limits, listen=lambda _: None).verdicts)
    summary = repr((verdict, report([verdict])))
    assert secret not in summary
    assert "\x1b" not in summary
    return verdict


def summary(verdict: Verdict) -> str:
    return f"{verdict.outcome} {verdict.code}".strip()


def check(verdict: Verdict, expected: Cell, record: Callable[[str, object], None], cell: tuple[str, str, bool]) -> None:
    record("matrix", [*cell, summary(verdict)])
    assert (verdict.outcome, verdict.code) == expected, verdict.reason


@pytest.mark.parametrize("control", [False, True], ids=["", "control"])
@pytest.mark.parametrize("situation", REAL)
def test_real_server_gives_the_expected_verdict(
    situation: str,
    control: bool,  # noqa: FBT001 - a table
    roles: Roles,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    name = request.node.callspec.params["roles"]
    what: Situation = REAL[situation]
    role = roles(what.role)
    configured = {
        "token_endpoint": role.token,
        "client_id": role.client_id,
        "token_endpoint_auth_method": role.method,
        "scopes": [role.scope],
        **what.changes(role),
    }
    verdict = asked(configured, what.secret or role.secret, control)
    check(verdict, EXPECTED[situation][name][control], record_property, (situation, name, control))


@pytest.mark.parametrize("control", [False, True], ids=["", "control"])
@pytest.mark.parametrize("situation", SCRIPTED)
def test_scripted_server_gives_the_expected_verdict(
    situation: str,
    control: bool,  # noqa: FBT001 - a table
    record_property: Callable[[str, object], None],
) -> None:
    what: Scripted = SCRIPTED[situation]
    with fake(what.behaviour) as served:
        base = served.url.removesuffix("/token")
        changes = {
            name: value.replace("{base}", base) if isinstance(value, str) else value
            for name, value in what.changes.items()
        }
        verdict = asked({"token_endpoint": served.url, **changes}, what.secret, control)
    expected = what.with_control if control else what.without
    check(verdict, expected, record_property, (situation.strip(), "scripted", control))


PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
TLS: dict[str, tuple[str, datetime.datetime | None, str]] = {
    "certificate of another host": ("other.example.com", None, "https"),
    "expired certificate": ("localhost", PAST, "https"),
    "unknown authority": ("localhost", None, "https"),
    "http to a TLS port": ("localhost", None, "http"),
}


@pytest.mark.parametrize("situation", TLS)
def test_tls_failure_gives_the_expected_verdict(
    situation: str, authority: trustme.CA, record_property: Callable[[str, object], None]
) -> None:
    name, ends, scheme = TLS[situation]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issuing = trustme.CA() if situation == "unknown authority" else authority
    starts = ends and ends - datetime.timedelta(days=1)
    issuing.issue_cert(name, not_before=starts, not_after=ends).configure_cert(context)
    for control in (False, True):
        with fake(hang, tls=context, host="localhost") as served:
            limits = LIMITS._replace(ca_data=authority.cert_pem.bytes().decode(), control=CONTROL * control)
            url = served.url.replace("https", scheme)
            target = settings(server(url))
            planned = make_plan([target], vault(url), {})
            verdict = only(run(planned, [target], limits, listen=lambda _: None).verdicts)
            assert served.requests == [] or scheme == "http", "nothing is sent before the certificate is verified"
        check(verdict, (Outcome.UNREACHABLE, "OG906"), record_property, (situation, "scripted", control))


def test_closed_port_gives_the_expected_verdict(record_property: Callable[[str, object], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for control in (False, True):
        verdict = asked({"token_endpoint": f"http://127.0.0.1:{port}/token"}, server_behaviours.SECRET, control)
        check(verdict, (Outcome.UNREACHABLE, "OG906"), record_property, ("closed port", "scripted", control))


def test_every_situation_has_a_valid_expectation() -> None:
    assert set(EXPECTED) == set(REAL)
    assert len(REAL) + len(SCRIPTED) >= 60
    for row in EXPECTED.values():
        assert set(row) == set(SERVERS)
    for situation, cells in EXPECTED.items():
        if ("wrong" in situation or "unknown" in situation or "not " in situation) and "scope" not in situation:
            outcomes = {cell[0] for pair in cells.values() for cell in pair}
            assert "accepted" not in outcomes, situation
