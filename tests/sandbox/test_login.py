"""Clients that log users in: the authorization endpoint, codes, PKCE and refresh tokens."""

import base64
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.sandbox import Endpoints, start
from oauthgit.sandbox.tenant import Tenant

LOGIN = Credential(
    token_endpoint="https://crm.example.com/oauth/token",
    client_id="login",
    secret=Secret("correct horse"),
    token_endpoint_auth_method="client_secret_post",
    grant="authorization_code",
    scopes=("openid", "crm"),
    redirect_uri="http://localhost/oauth-callback",
    require_pkce=True,
    users=(),
)
VERIFIER = "a-verifier-of-no-less-than-forty-three-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


@pytest.fixture(name="endpoints")
def started() -> Iterator[Endpoints]:
    with start([LOGIN]) as sandbox:
        yield sandbox.endpoints[0]


def visit(endpoints: Endpoints, **changes: str | None) -> httpx.Response:
    query = {
        "response_type": "code",
        "client_id": "login",
        "redirect_uri": LOGIN.redirect_uri,
        "scope": "crm",
        "state": "s é/&",
        **PKCE,
        **changes,
    }
    sent = {name: value for name, value in query.items() if value is not None}
    return httpx.get(endpoints.authorization_endpoint, params=sent, trust_env=False)


def redirected(response: httpx.Response) -> dict[str, str]:
    """Return the query of the redirect to the registered URI."""
    assert response.status_code == 302
    location = response.headers["location"]
    assert location.startswith(LOGIN.redirect_uri + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def code(endpoints: Endpoints, **changes: str | None) -> str:
    return redirected(visit(endpoints, **changes))["code"]


def ask(endpoints: Endpoints, **form: str | None) -> httpx.Response:
    whole = {
        "grant_type": "authorization_code",
        "client_id": "login",
        "client_secret": "correct horse",
        "redirect_uri": LOGIN.redirect_uri,
        "code_verifier": VERIFIER,
        **form,
    }
    sent = {name: value for name, value in whole.items() if value is not None}
    return httpx.post(endpoints.token_endpoint, data=sent, trust_env=False)


def refresh(endpoints: Endpoints, token: str, **form: str) -> httpx.Response:
    return ask(
        endpoints, grant_type="refresh_token", refresh_token=token, redirect_uri=None, code_verifier=None, **form
    )


def verdict(response: httpx.Response) -> tuple[int, Any]:
    return response.status_code, response.json().get("error")


def test_dummy_code_distinguishes_right_and_wrong_secret(endpoints: Endpoints) -> None:
    assert verdict(ask(endpoints, code="made-up")) == (400, "invalid_grant")
    assert verdict(ask(endpoints, code="made-up", client_secret="wrong")) == (401, "invalid_client")
    assert verdict(ask(endpoints)) == (400, "invalid_request")


def test_consent_gives_a_code_and_the_code_gives_tokens(endpoints: Endpoints) -> None:
    answer = redirected(visit(endpoints))
    assert answer["state"] == "s é/&"
    response = ask(endpoints, code=answer["code"])
    tokens = response.json()
    assert response.headers["cache-control"] == "no-store"
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, "crm")
    assert tokens["access_token"] != tokens["refresh_token"]


def test_code_works_once(endpoints: Endpoints) -> None:
    bought = code(endpoints)
    assert ask(endpoints, code=bought).status_code == 200
    assert verdict(ask(endpoints, code=bought)) == (400, "invalid_grant")


def test_parallel_uses_of_a_code_give_one_token(endpoints: Endpoints) -> None:
    bought = code(endpoints)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: verdict(ask(endpoints, code=bought)), range(16)))
    assert sorted(answers, key=str) == [(200, None)] + [(400, "invalid_grant")] * 15


def test_code_expires(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.9)
    bought = code(endpoints)
    monkeypatch.setattr("time.time", lambda: 1_000_060.0)
    assert verdict(ask(endpoints, code=bought)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": VERIFIER[::-1]}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"redirect_uri": "http://localhost/elsewhere"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
    ],
)
def test_code_is_bound_to_its_verifier_and_redirect_uri(
    endpoints: Endpoints, changes: dict[str, str | None], error: str
) -> None:
    assert verdict(ask(endpoints, code=code(endpoints), **changes)) == (400, error)


def test_code_of_another_client_is_rejected() -> None:
    with start([LOGIN, LOGIN._replace(scopes=("crm",))]) as sandbox:
        one, other = sandbox.endpoints
        assert verdict(ask(other, code=code(one))) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://localhost/oauth-callback/"},
        {"redirect_uri": 'https://evil.example.com/"é'},
        {"redirect_uri": None},
        {"client_id": "unknown"},
        {"client_id": None},
    ],
)
def test_user_is_never_redirected_to_an_unregistered_uri(endpoints: Endpoints, changes: dict[str, str | None]) -> None:
    response = visit(endpoints, **changes)
    assert verdict(response) == (400, "invalid_request")
    assert "location" not in response.headers
    assert "evil" not in response.text


def test_duplicate_parameter_stops_the_login(endpoints: Endpoints) -> None:
    twice = f"{endpoints.authorization_endpoint}?client_id=login&client_id=login"
    assert verdict(httpx.get(twice, trust_env=False)) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scope": "crm admin"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": 'é"'}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_login_error_is_returned_to_the_client(
    endpoints: Endpoints, changes: dict[str, str | None], error: str
) -> None:
    answer = redirected(visit(endpoints, **changes))
    assert (answer["error"], answer["state"]) == (error, "s é/&")


def test_pkce_is_checked_before_the_user(endpoints: Endpoints) -> None:
    answer = redirected(visit(endpoints, prompt="none", code_challenge=None, code_challenge_method=None))
    assert answer["error"] == "invalid_request"


def test_service_client_cannot_log_users_in() -> None:
    with start([LOGIN._replace(grant="client_credentials")]) as sandbox:
        assert redirected(visit(sandbox.endpoints[0]))["error"] == "unauthorized_client"


def test_optional_pkce_must_be_complete_if_used() -> None:
    plain: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}
    with start([LOGIN._replace(require_pkce=False)]) as sandbox:
        endpoints = sandbox.endpoints[0]
        assert redirected(visit(endpoints, prompt="none", **plain))["error"] == "login_required"
        assert ask(endpoints, code=code(endpoints, **plain), code_verifier=None).status_code == 200
        assert ask(endpoints, code=code(endpoints)).status_code == 200
        assert verdict(ask(endpoints, code=code(endpoints), code_verifier=None)) == (400, "invalid_request")
        assert verdict(ask(endpoints, code=code(endpoints, **plain))) == (400, "invalid_request")


def test_refresh_token_works_once_and_returns_a_new_one(endpoints: Endpoints) -> None:
    first = ask(endpoints, code=code(endpoints)).json()
    second = refresh(endpoints, first["refresh_token"])
    assert second.status_code == 200
    assert second.json()["expires_in"] == 3600
    assert second.json()["scope"] == "crm"
    assert verdict(refresh(endpoints, first["refresh_token"])) == (400, "invalid_grant")
    assert refresh(endpoints, second.json()["refresh_token"]).status_code == 200


def test_parallel_uses_of_a_refresh_token_give_one_token(endpoints: Endpoints) -> None:
    token = ask(endpoints, code=code(endpoints)).json()["refresh_token"]
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: verdict(refresh(endpoints, token)), range(16)))
    assert sorted(answers, key=str) == [(200, None)] + [(400, "invalid_grant")] * 15


def test_second_of_two_racing_refreshes_gets_nothing(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    token = ask(endpoints, code=code(endpoints)).json()["refresh_token"]
    forget = Tenant.forget
    monkeypatch.setattr(Tenant, "forget", lambda tenant, found: forget(tenant, found) and forget(tenant, found))
    assert verdict(refresh(endpoints, token)) == (400, "invalid_grant")


def test_refresh_may_reduce_but_not_extend_the_scope(endpoints: Endpoints) -> None:
    token = ask(endpoints, code=code(endpoints, scope="crm openid")).json()["refresh_token"]
    assert verdict(refresh(endpoints, token, scope="crm admin")) == (400, "invalid_scope")
    assert refresh(endpoints, token, scope="openid").json()["scope"] == "openid"


def test_access_token_cannot_refresh_and_refresh_token_expires(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    tokens = ask(endpoints, code=code(endpoints)).json()
    assert verdict(refresh(endpoints, tokens["access_token"])) == (400, "invalid_grant")
    monkeypatch.setattr("time.time", lambda: 1_086_400.0)
    assert verdict(refresh(endpoints, tokens["refresh_token"])) == (400, "invalid_grant")


def test_revoking_a_refresh_token_revokes_its_access_token(endpoints: Endpoints) -> None:
    def tell(url: str, token: str) -> httpx.Response:
        form = {"client_id": "login", "client_secret": "correct horse", "token": token}
        return httpx.post(url, data=form, trust_env=False)

    tokens = ask(endpoints, code=code(endpoints)).json()
    both = tokens["access_token"], tokens["refresh_token"]
    assert [tell(endpoints.introspection_endpoint, token).json()["active"] for token in both] == [True, True]
    assert tell(endpoints.revocation_endpoint, tokens["refresh_token"]).status_code == 200
    assert [tell(endpoints.introspection_endpoint, token).json() for token in both] == [{"active": False}] * 2


def test_stock_server_login_gives_no_refresh_token() -> None:
    with start([LOGIN], stock=True) as sandbox:
        endpoints = sandbox.endpoints[0]
        form = {
            "grant_type": "authorization_code",
            "code": code(endpoints, scope="crm admin"),
            "redirect_uri": LOGIN.redirect_uri,
            "code_verifier": VERIFIER,
        }
        tokens = httpx.post(endpoints.token_endpoint, data=form, auth=("login", "correct%20horse"), trust_env=False)
        assert tokens.json()["scope"] == "crm"
        assert "refresh_token" not in tokens.json()
