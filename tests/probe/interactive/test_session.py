"""The requests of a login on a scripted server: metadata, introspection, and revocation after an error."""

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from oauthgit.model.secret import Secret
from oauthgit.model.verdict import Outcome
from oauthgit.probe import make_plan
from oauthgit.probe.http import HttpClient
from oauthgit.probe.interactive import (
    Callback,
    LoginAttempt,
    LoginOptions,
    LoginPlan,
    finish_login,
    plan_login,
    start_login,
)
from oauthgit.probe.interactive.session import LoginResult
from oauthgit.probe.runner.verdicts import make_verdict
from support.answers import ENTRY
from support.login_server import FIRST, FIRST_ANSWER, scripted, sent
from support.run_smoke import CLIENT_SECRET, LOOPBACK, pins_of, server, settings, vault
from support.scripted_server import Fake, fake, reply

REQUIRES = "authorization_response_iss_parameter_supported"


def attempt_at(served: Fake, **changes: Any) -> LoginAttempt:
    login = server(
        served.url,
        authorization_endpoint=f"{served.base}/auth?prompt=login&access_type=offline",
        revocation_endpoint=f"{served.base}/revoke",
        grant_types=["authorization_code"],
        **changes,
    )
    target = settings(login)
    (credential,) = make_plan([target], vault(*pins_of(login)), {}).credentials
    plan = plan_login(target, "crm", credential)
    assert isinstance(plan, LoginPlan)
    return start_login(plan, lambda _: None, HttpClient(LOOPBACK))


def test_login_is_planned_where_smoke_proves_nothing(served: Fake) -> None:
    login = server(served.url, authorization_endpoint=f"{served.base}/auth", grant_types=["authorization_code"])
    entry = ENTRY | {"authorization_request": "proves_nothing", "refresh_token": {"by": "never"}}
    target = settings(login, providers={"crm": entry})
    planned = make_plan([target], vault(served.url), {})
    assert planned.authorization_requests == ()
    plan = plan_login(target, "crm", planned.credentials[0])
    assert isinstance(plan, LoginPlan)
    assert plan.refresh_by
    assert plan.refresh_by.by == "never"


def finish(attempt: LoginAttempt) -> LoginResult:
    return finish_login(attempt, Callback(Secret("the-code")), HttpClient(LOOPBACK), LoginOptions(threading.Event()))


@pytest.fixture
def served() -> Iterator[Fake]:
    with fake(scripted()) as started:
        yield started


def test_query_of_the_endpoint_is_sent_as_the_platform_does(served: Fake) -> None:
    query = parse_qs(urlsplit(attempt_at(served).url).query)
    assert (query["access_type"], query["prompt"]) == (["offline"], ["login"]), (
        "no prompt is set, so the query's is kept"
    )
    query = parse_qs(urlsplit(attempt_at(served, user_login={"prompt": "consent"}).url).query)
    assert query["prompt"] == ["consent"]
    assert query["code_challenge_method"] == ["S256"]
    assert "code_challenge" not in attempt_at(served, require_pkce=False).url
    states = {attempt_at(served).expected.state for _ in range(3)}
    assert len(states) == 3


@pytest.mark.parametrize(("stated", "needed"), [(True, True), (False, False), ("true", False)])
def test_metadata_decide_if_each_answer_has_the_issuer(stated: object, needed: bool) -> None:  # noqa: FBT001 - a column
    def answer(connection: Any, _request: bytes, _stop: Any) -> None:
        document = {"issuer": stating.base, "token_endpoint": stating.url, REQUIRES: stated}
        connection.sendall(reply(200, document))

    with fake(answer) as stating:
        expected = attempt_at(stating, issuer=stating.base).expected
        assert (expected.issuer, expected.needs_issuer) == (stating.base, needed)
    assert stating.connections == 2


def test_metadata_of_another_server_decide_nothing() -> None:
    document = {"issuer": "https://evil.test", "token_endpoint": "https://evil.test/token", REQUIRES: True}
    with fake(reply(200, document)) as served:
        expected = attempt_at(served, issuer=served.base).expected
    assert (expected.issuer, expected.needs_issuer) == (served.base, False)


def test_opaque_token_is_introspected_for_its_scopes() -> None:
    active = reply(200, {"active": True, "scope": "api.read"})
    with fake(FIRST_ANSWER, active, FIRST_ANSWER, reply(200, "")) as served:
        attempt = attempt_at(served, introspection_endpoint=f"{served.base}/introspect")
        (_, login), (_, refresh) = finish(attempt).results
        assert sent(served)[:3] == ["authorization_code", "token-a-1", "refresh_token"]
    assert (login.judgement.outcome, refresh.judgement.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert "scope as requested" in login.judgement.reason


def test_error_in_a_judgement_still_revokes(served: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(CLIENT_SECRET)

    monkeypatch.setattr("oauthgit.probe.interactive.session.judge_refresh", fail)
    ((_, result),) = finish(attempt_at(served)).results
    assert (result.judgement.outcome, result.judgement.code) == (Outcome.INCONCLUSIVE, "OG002")
    assert result.judgement.reason.endswith("; tokens revoked")
    assert CLIENT_SECRET not in result.judgement.reason
    assert sent(served)[2:] == ["token-r-2", "token-r-1", "token-a-2", "token-a-1"]


def test_error_in_a_revocation_is_reported(served: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("token-a-1")

    monkeypatch.setattr("oauthgit.probe.runner.revocation.request_revocation", fail)
    (_, login), _ = finish(attempt_at(served)).results
    assert (login.judgement.outcome, login.judgement.code) == (Outcome.ACCEPTED_WITH_REMARKS, "OG002")
    assert "refresh_token not revoked" in login.judgement.reason
    assert "token-a-1" not in login.judgement.reason


def test_failed_revocation_is_stated_by_kind_of_token() -> None:
    def answer(connection: Any, request: bytes, _stop: Any) -> None:
        if request.startswith(b"POST /token "):
            connection.sendall(FIRST_ANSWER)
        else:
            connection.sendall(reply(503 if b"token-r" in request else 200, ""))

    with fake(answer) as served:
        (_, login), _ = finish(attempt_at(served)).results
    assert login.judgement.reason.endswith("refresh_token not revoked (the server answered 503), access_token revoked")


@pytest.mark.parametrize("secret", ["the-code", "token-a-1", "token-r-1", CLIENT_SECRET])
def test_error_code_that_repeats_a_secret_is_hidden(secret: str) -> None:
    with fake(FIRST_ANSWER, reply(400, {"error": f"bad {secret}"}), reply(200, "")) as served:
        attempt = attempt_at(served)
        _, (grant, result) = finish(attempt).results
    target = settings(server(served.url))
    credential = attempt.plan.credential._replace(grant=grant)
    verdict = make_verdict(target, "crm", credential, result, LOOPBACK._replace(verbose=True))
    assert verdict.outcome is Outcome.REJECTED
    assert verdict.error
    assert secret not in verdict.error


def test_tokens_beside_an_error_are_revoked() -> None:
    with fake(reply(400, FIRST | {"error": "invalid_grant"}), reply(200, "")) as odd:
        ((_, result),) = finish(attempt_at(odd)).results
        assert sent(odd)[1:] == ["token-r-1", "token-a-1"]
    assert result.judgement.code == "OG921"
