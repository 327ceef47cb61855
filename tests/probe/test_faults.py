"""Faults of networks, firewalls and lockouts, at each position of a run: never is a wrong secret accepted."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from oauthgit.discover.catalogue import provider_file
from oauthgit.model.verdict import Outcome
from oauthgit.parse import parse
from oauthgit.probe import make_plan, run
from support import server_behaviours
from support.fault_injector import FAULTS, forwarding, inject
from support.run_smoke import LOOPBACK, only, pins_of, server, settings, vault
from support.scripted_server import Behaviour, Fake, fake, reply
from support.server_behaviours import Decide, Heard, deciding
from support.server_roles import Roles
from support.server_situations import WRONG

pytestmark = pytest.mark.no_cover  # some thousand runs; other tests measure the same code

LIMITS = LOOPBACK._replace(timeout=0.5)
QUICK = tuple(name for name in FAULTS if name != "slow")
DIFFERENT = tuple(name for name in QUICK if name != "520")
"""For real servers, which take most of the time: 520 is judged like 503, a page of a server error."""
LASTING = {"429", "401 locked, JSON", "403 page"}
"""Faults that are also tried from a position on, as a lockout lasts."""
MOST = 6
"""Positions: one more than a run has requests."""
PROVEN = {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS}


def outcome(configured: dict[str, Any], control: int) -> tuple[Outcome, str]:
    target = settings(server(**configured))
    planned = make_plan([target], vault(*pins_of(configured), secret=WRONG), {})
    verdict = only(run(planned, [target], LIMITS._replace(control=control), listen=lambda _: None).verdicts)
    return verdict.outcome, verdict.reason


def check(configured: dict[str, Any], base: str, faults: tuple[str, ...]) -> None:
    """Run with a wrong secret, with each fault at each position, once and from there on."""
    path = configured["token_endpoint"].removeprefix(base)
    for control in (0, 4):
        with fake(forwarding(base)) as counted:
            assert outcome({**configured, "token_endpoint": counted.base + path}, control)[0] not in PROVEN
        for fault in faults:
            for position in range(min(len(counted.requests), MOST)):
                for once in (True, False) if fault in LASTING else (True,):
                    with inject(base, fault, position, once=once) as served:
                        found = outcome({**configured, "token_endpoint": served.base + path}, control)
                    assert found[0] not in PROVEN, (fault, position, once, control, found)


@pytest.mark.parametrize("role", ["service", "login"])
def test_wrong_secret_is_not_accepted_behind_faults(role: str, roles: Roles) -> None:
    there = roles(role)
    parts = urlsplit(there.token)
    grant = "authorization_code" if "login" in role else "client_credentials"
    configured = {
        "token_endpoint": there.token,
        "client_id": there.client_id,
        "token_endpoint_auth_method": there.method,
        "grant_types": [grant],
        "scopes": [there.scope],
    }
    check(configured, f"{parts.scheme}://{parts.netloc}", DIFFERENT)


def client_then_code(asked: Heard) -> bytes:
    """Look up the client, then the code, and compare the secret last, but for a refresh token first."""
    if asked.client != server_behaviours.CLIENT:
        return server_behaviours.BAD
    if asked.form.get("grant_type") == "authorization_code":
        return server_behaviours.TAKEN
    return server_behaviours.strict(asked)


def token_first(asked: Heard) -> bytes:
    """Look up codes and refresh tokens before the client."""
    early = asked.form.get("grant_type") in {"authorization_code", "refresh_token"}
    return server_behaviours.TAKEN if early else server_behaviours.strict(asked)


ORDERS: dict[str, Decide] = {
    "code first": server_behaviours.code_first,
    "client, then code": client_then_code,
    "code and refresh token first": token_first,
    "like Keycloak": server_behaviours.like_keycloak,
}


@pytest.fixture
def ordered(request: pytest.FixtureRequest) -> Iterator[Fake]:
    behaviour: Behaviour = deciding(ORDERS[request.param])
    with fake(behaviour) as served:
        yield served


@pytest.mark.parametrize("ordered", ORDERS, indirect=True)
def test_wrong_secret_is_not_accepted_in_any_order_of_checks(ordered: Fake) -> None:
    configured = {
        "token_endpoint": ordered.url,
        "client_id": server_behaviours.CLIENT,
        "grant_types": ["authorization_code"],
    }
    check(configured, ordered.base, QUICK)


@pytest.mark.parametrize("ordered", ["client, then code"], indirect=True)
def test_wrong_secret_is_not_accepted_if_answers_are_late(ordered: Fake) -> None:
    check(
        {"token_endpoint": ordered.url, "client_id": "client", "grant_types": ["authorization_code"]},
        ordered.base,
        ("slow",),
    )


@pytest.mark.parametrize("ordered", ["client, then code", "code first"], indirect=True)
def test_right_secret_is_accepted_by_a_refresh_token(ordered: Fake) -> None:
    target = settings(server(ordered.url, client_id=server_behaviours.CLIENT, grant_types=["authorization_code"]))
    planned = make_plan([target], vault(ordered.url, secret=server_behaviours.SECRET), {})
    assert only(run(planned, [target], LIMITS, listen=lambda _: None).verdicts).outcome is Outcome.ACCEPTED


def test_provider_in_the_settings_replaces_no_comparison() -> None:
    """A change could name a provider that checks secrets first; the endpoint of another host does not."""
    entry = provider_file("keycloak")
    document = parse(entry)[0] if entry else None
    assert document is not None
    for order in ("code first", "client, then code"):
        with fake(deciding(ORDERS[order])) as served:
            login = server(served.url, client_id=server_behaviours.CLIENT, grant_types=["authorization_code"])
            target = settings(login)._replace(providers={"crm": document.data})
            planned = make_plan([target], vault(served.url, secret=WRONG), {})
            assert planned.credentials[0].provider is not None
            assert only(run(planned, [target], LIMITS, listen=lambda _: None).verdicts).outcome not in PROVEN


def test_answer_to_an_introspection_is_no_issued_token() -> None:
    def decide(sent: Heard) -> bytes:
        if sent.path == "/introspect":
            return reply(200, {"active": False, "access_token": "of-somebody-else"})
        return token_first(sent)

    with fake(deciding(decide)) as served:
        own = {name: f"{served.base}/{path}" for name, path in ENDPOINTS.items()}
        login = server(served.url, client_id=server_behaviours.CLIENT, grant_types=["authorization_code"], **own)
        target = settings(login)
        planned = make_plan([target], vault(*pins_of(login), secret=server_behaviours.SECRET), {})
        run(planned, [target], LIMITS, listen=lambda _: None)
        sent = [request.split(b" ")[1] for request in served.requests]
    assert b"/introspect" in sent
    assert b"/revoke" not in sent


ENDPOINTS = {"revocation_endpoint": "revoke", "introspection_endpoint": "introspect"}
