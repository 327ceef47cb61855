"""Judging one answer: a table of answers of real servers, without any network."""

import base64
import json
from typing import Any

import pytest

from oauthgit.model.secret import Secret
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Failure
from oauthgit.probe.judge.judgement import Judgement
from oauthgit.probe.judge.single_answer import judge_single_answer as classify
from oauthgit.probe.redact import redact
from support.answers import FORM, HTML, JSON, LOGIN, SERVICE, SLACK, TEXT, TOKEN, answer, provider

GITHUB = LOGIN._replace(
    provider=provider(
        "discriminates", bad_verification_code="invalid_grant", incorrect_client_credentials="invalid_client"
    )
)


def jwt(claims: dict[str, Any]) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in TOKEN.items() if name != key}


ACCEPTED, REMARKS, REJECTED = Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS, Outcome.REJECTED
UNREACHABLE, INCONCLUSIVE = Outcome.UNREACHABLE, Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    "row",
    [
        (SERVICE, 200, TOKEN, JSON, ACCEPTED, "", ""),
        (SERVICE, 200, TOKEN | {"token_type": "bearer"}, JSON, ACCEPTED, "", ""),
        (SERVICE, 200, TOKEN | {"scope": ["api.read", "more"]}, JSON, ACCEPTED, "", ""),
        (SERVICE, 200, without("scope") | {"access_token": jwt({"scope": "api.read"})}, JSON, ACCEPTED, "", ""),
        (SERVICE, 200, without("scope") | {"access_token": jwt({"scp": ["api.read"]})}, JSON, ACCEPTED, "", ""),
        (SERVICE, 200, without("scope") | {"access_token": jwt({"scp": "x"})}, JSON, REMARKS, "OG911", "scopes"),
        (SERVICE, 200, without("scope"), JSON, REMARKS, "OG909", "scopes"),
        (SERVICE, 200, without("scope") | {"access_token": "a.b!.c"}, JSON, REMARKS, "OG909", "scopes"),
        (SERVICE, 200, TOKEN | {"scope": None}, JSON, REMARKS, "OG909", "scopes"),
        (SERVICE, 200, TOKEN | {"scope": ""}, JSON, REMARKS, "OG911", "scopes"),
        (SERVICE, 200, TOKEN | {"scope": "API.READ"}, JSON, REMARKS, "OG911", "scopes"),
        (SERVICE, 200, TOKEN | {"expires_in": "60"}, JSON, REMARKS, "OG909", "token_endpoint"),
        (SERVICE, 200, TOKEN | {"expires_in": True}, JSON, REMARKS, "OG909", "token_endpoint"),
        (SERVICE, 200, without("expires_in"), JSON, REMARKS, "OG909", "token_endpoint"),
        (SERVICE, 200, without("token_type"), JSON, REMARKS, "OG909", "token_endpoint"),
        (SERVICE, 200, TOKEN | {"token_type": "DPoP"}, JSON, REJECTED, "OG910", "token_endpoint"),
        (SERVICE, 200, TOKEN | {"token_type": 1}, JSON, REJECTED, "OG910", "token_endpoint"),
        (SERVICE, 200, TOKEN | {"error": "invalid_client"}, JSON, REJECTED, "OG901", "client_id"),
        (SERVICE, 200, TOKEN | {"error": {"message": "no"}}, JSON, REJECTED, "OG915", "token_endpoint"),
        (SERVICE, 200, TOKEN | {"error": 7}, JSON, REJECTED, "OG915", "token_endpoint"),
        (SERVICE, 200, json.dumps(TOKEN), HTML, REMARKS, "OG909", "token_endpoint"),
        (SERVICE, 200, "access_token=t&token_type=bearer&scope=api.read", TEXT, REMARKS, "OG909", "token_endpoint"),
        (SERVICE, 200, TOKEN | {"token_type": "BearerToken"}, JSON, REMARKS, "OG909", "token_endpoint"),
        *((SERVICE, 200, TOKEN | {"expires_in": n}, JSON, REMARKS, "OG909", "token_endpoint") for n in (0, -1, 3599.9)),
        (SERVICE, 200, {"errcode": 40013, "errmsg": "x"}, JSON, REJECTED, "OG915", "token_endpoint"),
        (SERVICE, 401, {"ErrorCode": "invalid_client", "Error": "x"}, JSON, REJECTED, "OG901", "client_id"),
        (SERVICE, 400, json.dumps({"error": "invalid_client"}), HTML, REJECTED, "OG901", "client_id"),
        (
            SERVICE,
            415,
            {"title": "Unsupported Media Type", "status": 415},
            JSON,
            UNREACHABLE,
            "OG904",
            "token_endpoint",
        ),
        (SERVICE, 200, TOKEN | {"access_token": ""}, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (SERVICE, 200, TOKEN | {"access_token": 5}, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (SERVICE, 200, [TOKEN], JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (SERVICE, 400, TOKEN, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (SERVICE, 200, "access_token=t&token_type=bearer", FORM, REMARKS, "OG909", "scopes"),
        (SERVICE, 200, "", JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (SERVICE, 200, b"\xff\xfe", JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (SERVICE, 200, "[" * 60000, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (SERVICE, 200, '{"a": ' + "9" * 9000 + "}", JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (SERVICE, 200, {"ok": True}, JSON, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 200, {"active": False}, JSON, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 200, "<html>Sign in</html>", HTML, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 200, "\n<!doctype html>", JSON, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 403, "<html>Forbidden</html>", HTML, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 401, "<html>Unauthorized</html>", HTML, REJECTED, "OG901", "client_id"),
        (SERVICE, 201, TOKEN, JSON, REMARKS, "OG909", "token_endpoint"),
        (SERVICE, 200, TOKEN | {"expires_in": 60.0}, JSON, ACCEPTED, "", ""),
        (SERVICE, 200, TOKEN | {"expires_in": 60.5}, JSON, REMARKS, "OG909", "token_endpoint"),
        (SERVICE, 200, TOKEN | {"scope": "api.read,more"}, JSON, ACCEPTED, "", ""),
        (SERVICE, 200, TOKEN | {"scope": "other, api.read"}, JSON, ACCEPTED, "", ""),
        (SERVICE, 307, "", TEXT, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 404, "Not Found", TEXT, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 404, {"error": "Not Found", "status": 404}, JSON, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 404, {"error": "invalid_client"}, JSON, REJECTED, "OG901", "client_id"),
        (SERVICE, 405, "", TEXT, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 410, "", TEXT, UNREACHABLE, "OG904", "token_endpoint"),
        (SERVICE, 429, {"error": "slow_down"}, JSON, UNREACHABLE, "OG906", "token_endpoint"),
        (SERVICE, 503, "<html>", HTML, UNREACHABLE, "OG906", "token_endpoint"),
        (SERVICE, 500, {"error": "invalid_client"}, JSON, UNREACHABLE, "OG906", "token_endpoint"),
        (SERVICE, 401, {"error": "invalid_client"}, JSON, REJECTED, "OG901", "client_id"),
        (SERVICE, 400, {"error": "invalid_scope"}, JSON, REJECTED, "OG902", "scopes"),
        (SERVICE, 400, {"error": "unauthorized_client"}, JSON, REJECTED, "OG903", "grant_types"),
        (SERVICE, 400, {"error": "unsupported_grant_type"}, JSON, REJECTED, "OG903", "grant_types"),
        (SERVICE, 400, {"error": "invalid_grant"}, JSON, REJECTED, "OG915", "token_endpoint"),
        (SERVICE, 401, {"error": "access_denied"}, JSON, REJECTED, "OG915", "token_endpoint"),
        (SERVICE, 401, "", TEXT, REJECTED, "OG901", "client_id"),
        (SERVICE, 400, "error=invalid_client", FORM, REJECTED, "OG901", "client_id"),
        (LOGIN, 400, {"error": "invalid_grant"}, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (LOGIN, 403, {"error": "invalid_grant"}, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (LOGIN, 404, {"error": "invalid_grant"}, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (LOGIN, 500, {"error": "invalid_grant"}, JSON, UNREACHABLE, "OG906", "token_endpoint"),
        (LOGIN, 401, {"error": "invalid_client"}, JSON, REJECTED, "OG901", "client_id"),
        (LOGIN, 400, {"error": "invalid_request"}, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (LOGIN, 400, {"error": "invalid_scope"}, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (LOGIN, 200, TOKEN, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (LOGIN, 200, {"ok": False, "error": "invalid_code"}, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (GITHUB, 200, {"error": "bad_verification_code"}, JSON, ACCEPTED, "", ""),
        (GITHUB, 200, {"error": "incorrect_client_credentials"}, JSON, REJECTED, "OG901", "client_id"),
        (GITHUB, 200, "error=incorrect_client_credentials&x=y", FORM, REJECTED, "OG901", "client_id"),
        (SLACK, 200, {"ok": False, "error": "invalid_code"}, JSON, INCONCLUSIVE, "OG907", "token_endpoint"),
        (
            LOGIN._replace(provider=provider(_1="invalid_client", _100="invalid_grant")),
            400,
            {"error": {"message": "Error validating client secret.", "type": "OAuthException", "code": 1}},
            JSON,
            REJECTED,
            "OG901",
            "client_id",
        ),
        (
            LOGIN._replace(provider=provider(BAD_CLIENT_SECRET="invalid_client")),
            400,
            {"status": "BAD_CLIENT_SECRET", "message": "..."},
            JSON,
            REJECTED,
            "OG901",
            "client_id",
        ),
    ],
)
def test_answer_gives_the_expected_judgement(row: tuple[Any, ...]) -> None:
    credential, status, body, media_type, outcome, code, setting = row
    judgement = classify(answer(status, body, media_type), credential)
    assert (judgement.outcome, judgement.code) == (outcome, code), judgement
    assert setting in {"", judgement.setting}


def judgement_of(**fields: Any) -> Judgement:
    return classify(answer(200, TOKEN | fields), SERVICE)


def test_reasons_state_duration_and_cause() -> None:
    assert judgement_of().reason == "token for 60 s, scope as requested"
    assert judgement_of(scope="other").reason == "token for 60 s, without scope api.read"
    assert (
        judgement_of(expires_in="60").reason == "token for 60 s, scope as requested, expires_in is text, not a number"
    )


def test_cacheable_answer_is_noted() -> None:
    judgement = classify(answer(200, TOKEN, cache_control="private"), SERVICE)
    assert (judgement.outcome, judgement.code) == (REMARKS, "OG909")


def test_missing_scope_matches_connector_status_minus_3() -> None:
    judgement = classify(answer(200, TOKEN), SERVICE._replace(scopes=()))
    assert (judgement.outcome, judgement.setting, judgement.connector_status) == (REMARKS, "scopes", -3)


def test_rejected_grant_names_both_causes() -> None:
    reason = classify(answer(400, {"error": "unauthorized_client"}), SERVICE).reason
    assert reason == "the client may not use client_credentials; at some servers this means a wrong secret"


def test_truncated_answer_is_never_a_token() -> None:
    judgement = classify(answer(200, TOKEN)._replace(whole=False), SERVICE)
    assert (judgement.outcome, judgement.reason) == (
        INCONCLUSIVE,
        "the answer is longer than 64 KiB and was not read completely",
    )


@pytest.mark.parametrize(
    "page",
    [
        "<center>The plain HTTP request was sent to HTTPS port</center>",
        "Client sent an HTTP request to an HTTPS server.",
        "You're speaking plain HTTP to an SSL-enabled server port.",
        "Bad Request\nThis combination of host and port requires TLS.",
    ],
)
def test_plain_http_to_a_tls_port_is_detected_by_its_text(page: str) -> None:
    credential = SERVICE._replace(token_endpoint="http://crm.example.com:443/token")
    judgement = classify(answer(400, page, HTML), credential)
    assert judgement.reason == "wrong scheme: the URL has http, but the server at this port expects https"


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_a_reason_and_a_remedy(failure: Failure) -> None:
    judgement = classify(failure, SERVICE)
    assert judgement.outcome in {UNREACHABLE, Outcome.NOT_RUN}
    assert judgement.reason
    assert judgement.remedy.endswith((".", ")."))


def test_server_error_code_is_shortened_and_escaped() -> None:
    assert redact("é\x1b[31m" + "x" * 100, [SERVICE]) == "??[31m" + "x" * 58


@pytest.mark.parametrize(
    "echo",
    [
        "s3cr et&é",
        "S3CR ET&É",
        "s3cr%20et%26%C3%A9",
        "s3cr+et%26%c3%a9",
        "s3cr et&amp;é",
        "s3cr et&\\u00e9",
        base64.b64encode("s3cr et&é".encode()).decode(),
        base64.b64encode("client:s3cr et&é".encode()).decode(),
        base64.b64encode(b"client:s3cr%20et%26%C3%A9").decode(),
        "s3cr et&é".encode().hex(),
    ],
)
def test_echoed_secret_is_redacted_in_every_encoding(echo: str) -> None:
    assert redact(f"<{echo}>", [SERVICE]) == "<***>"


@pytest.mark.parametrize("seconds", [482915073.61234, 482915073, "48291507", -482915.0])
def test_lifetime_with_digits_of_the_secret_is_not_shown(seconds: object) -> None:
    credential = SERVICE._replace(secret=Secret("48291507361234"))
    judgement = classify(answer(200, TOKEN | {"expires_in": seconds}), credential)
    assert "482915" not in judgement.reason
