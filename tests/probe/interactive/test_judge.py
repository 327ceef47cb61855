"""Judging the login of a person: tables of answers, without any network."""

import base64
import json
from typing import Any

import pytest

from oauthgit.model.credential import AuthorizationRequest
from oauthgit.model.provider import RefreshToken
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.interactive.attempt import LoginPlan
from oauthgit.probe.interactive.judge import (
    Absence,
    TokenExchanges,
    judge_absence,
    judge_error,
    judge_redemption,
    judge_refresh,
    name_claims,
)
from support.answers import LOGIN, answer

URL = "https://crm.example.com"
SCOPES = ("openid", "api.read")
REQUEST = AuthorizationRequest(
    f"{URL}/auth",
    "client",
    "https://app.example.com/cb",
    SCOPES,
    require_pkce=True,
    token_endpoint=f"{URL}/token",
    users=(),
)
CREDENTIAL = LOGIN._replace(scopes=SCOPES)
PLAN = LoginPlan(CREDENTIAL, REQUEST, "consent", wants_refresh=True)
FIRST = {"access_token": "a1", "token_type": "Bearer", "expires_in": 600, "scope": "openid api.read"}
WITH = FIRST | {"refresh_token": "r1"}
SECOND = FIRST | {"access_token": "a2", "refresh_token": "r2"}
INVALID = answer(400, {"error": "invalid_grant"})
ACCEPTED, REMARKS, REJECTED = Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS, Outcome.REJECTED
UNREACHABLE, INCONCLUSIVE, NOT_RUN = Outcome.UNREACHABLE, Outcome.INCONCLUSIVE, Outcome.NOT_RUN


def jwt_of(claims: dict[str, Any]) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


def without(fields: dict[str, Any], *names: str) -> Answer:
    return answer(200, {name: value for name, value in fields.items() if name not in names})


@pytest.mark.parametrize(
    ("absence", "outcome", "words"),
    [
        (Absence.TIMED_OUT, INCONCLUSIVE, "within 30 s"),
        (Absence.INTERRUPTED, NOT_RUN, "interrupted"),
        (Absence.GIVEN_UP, NOT_RUN, "ended before an answer"),
        (Absence.ALL_REFUSED, INCONCLUSIVE, "no pasted address"),
    ],
)
def test_login_without_answer_proves_nothing(absence: Absence, outcome: Outcome, words: str) -> None:
    judgement = judge_absence(absence, 30)
    assert (judgement.outcome, words in judgement.reason) == (outcome, True)


@pytest.mark.parametrize(
    ("error", "prompt", "outcome", "code", "setting"),
    [
        ("access_denied", None, REJECTED, "OG920", "authorization_endpoint"),
        ("login_required", "none", REJECTED, "OG920", "user_login/prompt"),
        ("consent_required", "none", REJECTED, "OG920", "user_login/prompt"),
        ("interaction_required", None, REJECTED, "OG920", "authorization_endpoint"),
        ("invalid_scope", None, REJECTED, "OG902", "scopes"),
        ("unauthorized_client", None, REJECTED, "OG903", "grant_types"),
        ("invalid_request", None, REJECTED, "OG914", "authorization_endpoint"),
        ("a word of the server", None, REJECTED, "OG914", "authorization_endpoint"),
        ("server_error", None, INCONCLUSIVE, "OG907", "authorization_endpoint"),
        ("temporarily_unavailable", None, INCONCLUSIVE, "OG907", "authorization_endpoint"),
    ],
)
def test_error_of_the_login_has_a_verdict(
    error: str, prompt: str | None, outcome: Outcome, code: str, setting: str
) -> None:
    judgement = judge_error(error, PLAN._replace(prompt=prompt))
    assert (judgement.outcome, judgement.code, judgement.setting, judgement.error) == (outcome, code, setting, error)
    assert error == "invalid_scope" or error not in judgement.reason


@pytest.mark.parametrize(
    ("outcome", "verdict", "code", "words"),
    [
        (answer(200, WITH), ACCEPTED, "", "token for 600 s, scope as requested, with a refresh token"),
        (answer(200, FIRST), ACCEPTED, "", "without a refresh token"),
        (answer(200, FIRST | {"scope": "openid"}), REMARKS, "OG911", "without scope api.read"),
        (without(FIRST, "scope"), REMARKS, "OG909", "scope unverified"),
        (without(FIRST, "expires_in"), REMARKS, "OG909", "expires_in is missing"),
        (answer(200, FIRST | {"token_type": "DPoP"}), REJECTED, "OG910", "of the type DPoP"),
        (INVALID, REJECTED, "OG921", "redeemed before"),
        (answer(401, {"error": "invalid_client"}), REJECTED, "OG901", "rejects the client's credentials"),
        (answer(400, {"error": "unauthorized_client"}), REJECTED, "OG903", "may not use a user login"),
        (answer(400, {"error": "invalid_request"}), REJECTED, "OG915", "gives no token"),
        (answer(404, ""), UNREACHABLE, "OG904", "404"),
        (Failure.TIMEOUT, UNREACHABLE, "OG906", "did not answer in time"),
        (Failure.INTERRUPTED, NOT_RUN, "OG908", "interrupted"),
    ],
)
def test_answer_to_the_code_has_a_verdict(outcome: Answer | Failure, verdict: Outcome, code: str, words: str) -> None:
    judgement = judge_redemption(TokenExchanges(outcome), PLAN)
    assert (judgement.outcome, judgement.code, words in judgement.reason) == (verdict, code, True), judgement


def test_scopes_of_an_opaque_token_are_introspected() -> None:
    found = answer(200, {"active": True, "scope": "openid api.read"})
    judgement = judge_redemption(TokenExchanges(without(FIRST, "scope"), found), PLAN)
    assert judgement.outcome is ACCEPTED


def test_login_without_scopes_needs_none() -> None:
    plan = PLAN._replace(credential=CREDENTIAL._replace(scopes=()))
    judgement = judge_redemption(TokenExchanges(without(FIRST, "scope")), plan)
    assert (judgement.outcome, judgement.connector_status) == (ACCEPTED, 0)
    assert "no scope requested" in judgement.reason


@pytest.mark.parametrize(
    ("first", "refresh", "reuse", "verdict", "code", "words"),
    [
        (WITH, answer(200, SECOND), None, ACCEPTED, "", "scope kept, the refresh token is replaced by a new one"),
        (WITH, answer(200, SECOND), INVALID, ACCEPTED, "", "the old one is rejected"),
        (WITH, answer(200, SECOND), answer(200, SECOND), ACCEPTED, "", "the old one still works"),
        (WITH, answer(200, SECOND), Failure.TIMEOUT, ACCEPTED, "", "the old one got no answer"),
        (WITH, answer(200, FIRST), None, ACCEPTED, "", "the refresh token stays the same"),
        (WITH, answer(200, WITH), None, ACCEPTED, "", "the refresh token stays the same"),
        (WITH, without(SECOND, "scope"), None, ACCEPTED, "", "scope kept"),
        (WITH, answer(200, SECOND | {"scope": "openid"}), None, REMARKS, "OG911", "without scope api.read"),
        (WITH | {"scope": "openid"}, answer(200, SECOND | {"scope": "openid"}), None, ACCEPTED, "", "scope kept"),
        (WITH, INVALID, None, REJECTED, "OG923", "a moment before"),
        (WITH, answer(400, {"error": "unauthorized_client"}), None, REJECTED, "OG903", "may not use refresh_token"),
        (WITH, answer(400, {"error": "invalid_request"}), None, REJECTED, "OG915", "no token"),
        (WITH, answer(401, {"error": "invalid_client"}), None, REJECTED, "OG901", "credentials"),
        (WITH, Failure.TIMEOUT, None, UNREACHABLE, "OG906", "in time"),
        (WITH, None, None, NOT_RUN, "OG908", "interrupted"),
        (FIRST, None, None, REJECTED, "OG922", "the server gives none"),
    ],
)
def test_refresh_has_a_verdict(  # noqa: PLR0913, PLR0917 - a row of the table
    first: dict[str, Any],
    refresh: Answer | Failure | None,
    reuse: Answer | Failure | None,
    verdict: Outcome,
    code: str,
    words: str,
) -> None:
    judgement = judge_refresh(TokenExchanges(answer(200, first), None, refresh, reuse), PLAN)
    assert judgement
    assert (judgement.outcome, judgement.code, words in judgement.reason) == (verdict, code, True), judgement
    assert not any(token in judgement.reason.split() for token in ("a1", "r1", "a2", "r2"))


def test_refresh_token_that_nobody_requires_is_named() -> None:
    plan = PLAN._replace(wants_refresh=False)
    assert judge_refresh(TokenExchanges(answer(200, FIRST)), plan) is None
    judgement = judge_refresh(TokenExchanges(answer(200, WITH), None, answer(200, SECOND)), plan)
    assert judgement
    assert judgement.reason.endswith(", which the settings do not require")


@pytest.mark.parametrize("first", [INVALID, Failure.TIMEOUT, Failure.INTERRUPTED])
def test_login_without_token_has_no_verdict_about_refresh(first: Answer | Failure) -> None:
    assert judge_refresh(TokenExchanges(first), PLAN) is None


OFFLINE = REQUEST._replace(scopes=("openid", "offline_access"))


@pytest.mark.parametrize(
    ("request_", "prompt", "known", "words"),
    [
        (REQUEST, "consent", None, "Add offline_access to scopes"),
        (OFFLINE, "login", None, "prompt: consent"),
        (OFFLINE, None, None, "prompt: consent"),
        (OFFLINE, "consent", None, "allowed for the client"),
        (REQUEST, None, RefreshToken(by="never"), "remove refresh_token"),
        (REQUEST, None, RefreshToken(by="scope", scope="offline.access"), "Add offline.access to scopes"),
        (REQUEST, None, RefreshToken(by="parameter", parameter="access_type=offline"), "Append ?access_type=offline"),
    ],
)
def test_missing_refresh_token_is_explained(
    request_: AuthorizationRequest, prompt: str | None, known: RefreshToken | None, words: str
) -> None:
    plan = PLAN._replace(request=request_, prompt=prompt, refresh_by=known)
    judgement = judge_refresh(TokenExchanges(answer(200, FIRST)), plan)
    assert judgement
    assert (judgement.connector_status, words in judgement.remedy) == (-3, True), judgement.remedy


def test_claims_are_named_without_values() -> None:
    token = jwt_of({"sub": "the-person", "iss": URL, "the-secret-of-the-client": 1, "email": "p@example.com"})
    words = name_claims(answer(200, FIRST | {"id_token": token}))
    assert words.startswith("ID token with the claims email, iss, sub, 1 more; ")
    assert "the-person" not in words
    assert name_claims(answer(200, FIRST | {"id_token": "x"})).startswith("ID token with the claims none; ")
    assert name_claims(answer(200, FIRST)) == name_claims(Failure.TIMEOUT) == ""
