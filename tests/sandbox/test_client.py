"""Clients without a user: authentication, scopes and grants."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest

from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.sandbox import Endpoints, Sandbox, start
from oauthgit.sandbox.client import PresentedCredentials

SERVICE = Credential(
    token_endpoint="https://crm.example.com/oauth/token",
    client_id="service",
    secret=Secret("correct horse"),
    token_endpoint_auth_method="client_secret_post",
    grant="client_credentials",
    scopes=("api.read", "api.write"),
    redirect_uri="http://localhost/oauth-callback",
    require_pkce=True,
    users=(),
)
LOGIN = SERVICE._replace(client_id="login", grant="authorization_code")
HARD_SECRETS = (
    "a:b:c",
    "100%",
    "%41",
    "a+b",
    "a&b=c",
    "two words",
    "café",
    "🔑🔒",
    "QUJD%41+/==",
    " edges ",
    "\\\"'",
    "日本語",
    "x" * 1000,
)


@contextmanager
def serve(credential: Credential, *, stock: bool = False) -> Iterator[Endpoints]:
    with start([credential], stock=stock) as sandbox:
        yield sandbox.endpoints[0]


def basic(client_id: str, secret: str) -> dict[str, str]:
    """Return the header with id and secret unchanged: encoding is up to the test."""
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def ask(url: str, header: dict[str, str] | None = None, **form: str) -> httpx.Response:
    return httpx.post(url, data={"grant_type": "client_credentials"} | form, headers=header, trust_env=False)


def by_post(url: str, **form: str) -> httpx.Response:
    return ask(url, None, **({"client_id": "service", "client_secret": "correct horse"} | form))


def verdict(response: httpx.Response) -> tuple[int, Any]:
    return response.status_code, response.json().get("error")


@pytest.mark.parametrize("configured", ["client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize("used", ["client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize(
    ("client_id", "secret"), [("service", "correct horse"), ("service", "wrong"), ("service", ""), ("x", "wrong")]
)
def test_client_needs_its_own_method_and_secret(configured: str, used: str, client_id: str, secret: str) -> None:
    with serve(SERVICE._replace(token_endpoint_auth_method=configured)) as endpoints:
        if used == "client_secret_basic":
            response = ask(endpoints.token_endpoint, basic(client_id, quote(secret, safe="")))
        else:
            response = ask(endpoints.token_endpoint, client_id=client_id, client_secret=secret)
    if configured == used and secret == "correct horse":
        assert verdict(response) == (200, None)
    else:
        assert verdict(response) == (401, "invalid_client")
        assert response.headers["www-authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize(
    "header", ["Bearer abc", "Basic", "Basic ???", "Basic " + base64.b64encode(b"\xff:\xff").decode()]
)
def test_invalid_authorization_header_is_rejected(header: str) -> None:
    with serve(SERVICE._replace(token_endpoint_auth_method="client_secret_basic")) as endpoints:
        assert verdict(ask(endpoints.token_endpoint, {"Authorization": header})) == (401, "invalid_client")


def test_two_authentication_methods_are_an_invalid_request() -> None:
    with serve(SERVICE) as endpoints:
        header = basic("service", "correct%20horse")
        response = ask(endpoints.token_endpoint, header, client_id="service", client_secret="correct horse")
    assert verdict(response) == (400, "invalid_request")


@pytest.mark.parametrize("path", ["token_endpoint", "revocation_endpoint", "introspection_endpoint"])
def test_credentials_in_the_url_are_rejected(path: str) -> None:
    with serve(SERVICE) as endpoints:
        url = f"{endpoints._asdict()[path]}?client_id=service&client_secret=correct%20horse"
        assert verdict(ask(url, token="x")) == (400, "invalid_request")


def test_duplicate_parameter_is_rejected() -> None:
    with serve(SERVICE) as endpoints:
        form = {"grant_type": "client_credentials", "client_id": ["service", "x"], "client_secret": "correct horse"}
        response = httpx.post(endpoints.token_endpoint, data=form, trust_env=False)
    assert verdict(response) == (400, "invalid_request")


@pytest.mark.parametrize("secret", HARD_SECRETS)
def test_any_secret_works_in_body_and_encoded_header(secret: str) -> None:
    post = SERVICE._replace(client_id="id:with %41+é", secret=Secret(secret))
    encoded = post._replace(token_endpoint_auth_method="client_secret_basic")
    with start([post, encoded]) as sandbox:
        body, header = (endpoints.token_endpoint for endpoints in sandbox.endpoints)
        assert ask(body, client_id=post.client_id, client_secret=secret).status_code == 200
        for encode in (lambda text: quote(text, safe=""), quote_plus):
            assert ask(header, basic(encode(post.client_id), encode(secret))).status_code == 200
        assert ask(body, client_id=post.client_id, client_secret=secret + "x").status_code == 401


@pytest.mark.parametrize("secret", ["%41", "a+b"])
def test_unencoded_secret_with_special_characters_is_rejected(secret: str) -> None:
    credential = SERVICE._replace(secret=Secret(secret), token_endpoint_auth_method="client_secret_basic")
    with serve(credential) as endpoints:
        assert verdict(ask(endpoints.token_endpoint, basic("service", secret))) == (401, "invalid_client")


def test_token_answer_has_the_standard_fields() -> None:
    with serve(SERVICE) as endpoints:
        response = by_post(endpoints.token_endpoint, scope="api.read")
    answer = response.json()
    assert len(answer.pop("access_token")) > 30
    assert answer == {"token_type": "Bearer", "expires_in": 3600, "scope": "api.read"}
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("scopes", "asked", "granted"),
    [
        (("api.read", "api.write"), "api.write api.read", "api.write api.read"),
        (("api.read", "api.write"), "", "api.read api.write"),
        (("api.read", "api.write"), "api.read admin", None),
        ((), "api.read", None),
        ((), "", ""),
    ],
)
def test_scopes_outside_of_the_client_are_rejected(scopes: tuple[str, ...], asked: str, granted: str | None) -> None:
    with serve(SERVICE._replace(scopes=scopes)) as endpoints:
        response = by_post(endpoints.token_endpoint, scope=asked)
    if granted is None:
        assert verdict(response) == (400, "invalid_scope")
    else:
        assert response.json().get("scope", "") == granted


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "authorization_code", "code": "x"}, "unauthorized_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unauthorized_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": 'é"'}, "unsupported_grant_type"),
    ],
)
def test_service_may_use_its_own_grant_only(form: dict[str, str], error: str) -> None:
    with serve(SERVICE) as endpoints:
        assert verdict(by_post(endpoints.token_endpoint, **form)) == (400, error)


def test_login_client_may_not_use_client_credentials() -> None:
    with serve(LOGIN) as endpoints:
        response = by_post(endpoints.token_endpoint, client_id="login")
    assert verdict(response) == (400, "unauthorized_client")


def test_request_without_grant_type_or_in_json_is_invalid() -> None:
    with serve(SERVICE) as endpoints:
        credentials = {"client_id": "service", "client_secret": "correct horse"}
        form = httpx.post(endpoints.token_endpoint, data=credentials, trust_env=False)
        json = httpx.post(endpoints.token_endpoint, json=credentials, trust_env=False)
    assert verdict(form) == verdict(json) == (400, "invalid_request")


def test_tenants_with_one_client_id_are_separate() -> None:
    first = SERVICE._replace(secret=Secret("one"), scopes=("a",))
    second = SERVICE._replace(secret=Secret("two"), scopes=("b",), token_endpoint_auth_method="client_secret_basic")
    with start([first, second]) as sandbox:
        one, two = sandbox.endpoints
        assert by_post(one.token_endpoint, client_secret="one").json()["scope"] == "a"
        assert ask(two.token_endpoint, basic("service", "two")).json()["scope"] == "b"
        assert by_post(one.token_endpoint, client_secret="two").status_code == 401
        assert ask(two.token_endpoint, basic("service", "one")).status_code == 401
        token = by_post(one.token_endpoint, client_secret="one").json()["access_token"]
        assert ask(two.introspection_endpoint, basic("service", "two"), token=token).json() == {"active": False}


def introspected(sandbox: Sandbox, token: str) -> dict[str, Any]:
    answer: dict[str, Any] = by_post(sandbox.endpoints[0].introspection_endpoint, token=token).json()
    return answer


def test_revoked_token_is_no_longer_active() -> None:
    with start([SERVICE]) as sandbox:
        endpoints = sandbox.endpoints[0]
        token = by_post(endpoints.token_endpoint, scope="api.read").json()["access_token"]
        before = introspected(sandbox, token)
        assert before["exp"] - before["iat"] == 3600
        assert {name: before[name] for name in ("active", "client_id", "token_type", "scope", "iss")} == {
            "active": True,
            "client_id": "service",
            "token_type": "Bearer",
            "scope": "api.read",
            "iss": endpoints.issuer,
        }
        assert by_post(endpoints.revocation_endpoint, token=token, token_type_hint="no such type").status_code == 200
        assert introspected(sandbox, token) == {"active": False}
        assert sandbox.revoked == 1


def test_expired_token_is_no_longer_active(monkeypatch: pytest.MonkeyPatch) -> None:
    with start([SERVICE]) as sandbox:
        token = by_post(sandbox.endpoints[0].token_endpoint).json()["access_token"]
        expiry = introspected(sandbox, token)["exp"]
        monkeypatch.setattr("time.time", lambda: expiry)
        assert introspected(sandbox, token) == {"active": False}


@pytest.mark.parametrize("path", ["revocation_endpoint", "introspection_endpoint"])
def test_revocation_and_introspection_authenticate_clients(path: str) -> None:
    with start([SERVICE]) as sandbox:
        url = sandbox.endpoints[0]._asdict()[path]
        assert verdict(by_post(url, token="x", client_secret="wrong")) == (401, "invalid_client")
        assert verdict(by_post(url)) == (400, "invalid_request")
        assert by_post(url, token="unknown").status_code == 200
        assert sandbox.revoked == 0


def test_stock_server_accepts_basic_only() -> None:
    with serve(SERVICE, stock=True) as endpoints:
        encoded = basic("service", "correct%20horse")
        assert verdict(by_post(endpoints.token_endpoint)) == (401, "invalid_client")
        assert verdict(ask(endpoints.token_endpoint, basic("service", "wrong"))) == (401, "invalid_client")
        assert ask(endpoints.token_endpoint, basic("service", "correct+horse")).status_code == 401
        token = ask(endpoints.token_endpoint, encoded).json()["access_token"]
        assert ask(endpoints.introspection_endpoint, encoded, token=token).json()["active"] is True
        assert ask(endpoints.revocation_endpoint, encoded, token=token).status_code == 200
        assert httpx.get(f"{endpoints.issuer}/.well-known/oauth-authorization-server", trust_env=False).json()[
            "token_endpoint_auth_methods_supported"
        ] == ["client_secret_basic"]


def test_stock_server_silently_drops_unknown_scopes() -> None:
    with serve(SERVICE, stock=True) as endpoints:
        header = basic("service", "correct%20horse")
        assert ask(endpoints.token_endpoint, header, scope="api.read admin").json()["scope"] == "api.read"
        assert "scope" not in ask(endpoints.token_endpoint, header, scope="admin").json()


def test_presented_credentials_are_shown_without_their_secret() -> None:
    assert (
        repr(PresentedCredentials("client_secret_post", "service", "correct horse")) == "Presented(client_secret_post)"
    )


def test_library_failure_is_answered_without_its_message(capfd: pytest.CaptureFixture[str]) -> None:
    with serve(SERVICE, stock=True) as endpoints:
        header = {"Authorization": "Basic " + base64.b64encode(b"service:caf\xe9").decode()}
        response = ask(endpoints.token_endpoint, header)
    assert verdict(response) == (500, "server_error")
    assert "UnicodeDecodeError" in response.json()["error_description"]
    assert capfd.readouterr() == ("", "")
