"""The servers of the smoke tests behave as their names say: tested with plain HTTP."""

import base64
import gzip
import http.client
import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.sandbox import start
from support import server_behaviours
from support.oauth_clients import HARD_SECRET, LOOKS_ENCODED, REDIRECT_URI
from support.scripted_server import fake, reply
from support.server_behaviours import CLIENT, HARD, SECRET, Decide, authorizing, deciding, locking, only

BASIC, POST = "client_secret_basic", "client_secret_post"
SERVICE = {"grant_type": "client_credentials", "scope": "api.read"}
LOGIN = {"grant_type": "authorization_code", "code": "made-up", "redirect_uri": REDIRECT_URI, "code_verifier": "v" * 43}
REQUEST = {"response_type": "code", "client_id": "C", "redirect_uri": REDIRECT_URI, "scope": "openid", "prompt": "none"}
CHALLENGE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}


class Answer(NamedTuple):
    """An answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def error(self) -> Any:
        return json.loads(self.body).get("error")

    @property
    def sent_back(self) -> tuple[str, str]:
        """The target of a redirect, and the error it carries."""
        uri, _, query = self.headers["Location"].partition("?")
        return uri, parse_qs(query)["error"][0]


def ask(url: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
    """Get a URL, or post a form to it."""
    at = urlsplit(url)
    connection = http.client.HTTPConnection(at.netloc, timeout=10)
    try:
        body = None if form is None else urlencode(form)
        kind = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("GET" if form is None else "POST", f"{at.path}?{at.query}", body, kind | headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def basic(client: str, secret: str) -> str:
    """Write a Basic header with id and secret unchanged."""
    return f"Basic {base64.b64encode(f'{client}:{secret}'.encode()).decode()}"


def token(url: str, form: Mapping[str, str], client: str, secret: str, method: str = BASIC) -> Answer:
    """Send a token request; in Basic, client and secret are percent-encoded."""
    if method == POST:
        return ask(url, {**form, "client_id": client, "client_secret": secret})
    return ask(url, form, Authorization=basic(quote(client, safe=""), quote(secret, safe="")))


@pytest.mark.parametrize("kind", ["oidc_provider", "oidc_provider_jwt", "oidc_provider_par"])
def test_oidc_provider_authenticates_every_client_first(kind: str, request: pytest.FixtureRequest) -> None:
    url = f"{request.getfixturevalue(kind)}/token"
    for client, secret in {"A": "secret-of-a", "B": "secret-of-b", "D": HARD_SECRET, "E": LOOKS_ENCODED}.items():
        for method in (BASIC, POST):
            assert token(url, SERVICE, client, secret, method).status == 200, (client, method)
            wrong = token(url, SERVICE, client, secret + "x", method)
            assert (wrong.status, wrong.error) == (401, "invalid_client")
    for client in "CN":
        assert token(url, LOGIN, client, f"secret-of-{client.lower()}").error == "invalid_grant"
        assert token(url, LOGIN, client, "wrong").error == "invalid_client"


def test_oidc_provider_introspects_its_opaque_tokens_only(oidc_provider: str) -> None:
    given = json.loads(token(f"{oidc_provider}/token", SERVICE, "A", "secret-of-a").body)["access_token"]
    seen = token(f"{oidc_provider}/token/introspection", {"token": given}, "A", "secret-of-a")
    assert given.count(".") == 0
    assert (json.loads(seen.body)["active"], json.loads(seen.body)["scope"]) == (True, "api.read")


def test_oidc_provider_neither_introspects_nor_revokes_jwts(oidc_provider_jwt: str) -> None:
    given = json.loads(token(f"{oidc_provider_jwt}/token", SERVICE, "A", "secret-of-a").body)["access_token"]
    payload = given.split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["scope"] == "api.read"
    for path in ("introspection", "revocation"):
        refused = token(f"{oidc_provider_jwt}/token/{path}", {"token": given}, "A", "secret-of-a")
        assert refused.error == "unsupported_token_type"


def test_oidc_provider_demands_pkce_of_one_client_only(oidc_provider: str) -> None:
    for client, errors in {"C": ("login_required", "invalid_request"), "N": ("login_required",) * 2}.items():
        asked = REQUEST | {"client_id": client}
        for challenge, error in zip((CHALLENGE, {}), errors, strict=True):
            answer = ask(f"{oidc_provider}/auth?{urlencode(asked | challenge)}")
            assert answer.sent_back == (REDIRECT_URI, error)


def test_oidc_provider_demands_pushed_requests_of_one_kind(oidc_provider_par: str) -> None:
    answer = ask(f"{oidc_provider_par}/auth?{urlencode(REQUEST | CHALLENGE)}")
    metadata = json.loads(ask(f"{oidc_provider_par}/.well-known/openid-configuration").body)
    assert answer.sent_back == (REDIRECT_URI, "invalid_request")
    assert metadata["require_pushed_authorization_requests"] is True


def test_canaille_accepts_services_by_basic_only(canaille: str) -> None:
    url, form = f"{canaille}/oauth/token", SERVICE | {"scope": "profile"}
    metadata = json.loads(ask(f"{canaille}/.well-known/openid-configuration").body)
    assert metadata["issuer"] == canaille
    assert {BASIC, POST} <= set(metadata["token_endpoint_auth_methods_supported"])
    assert token(url, form, "A", "secret-of-a").status == 200
    for client, secret, method in (
        ("A", "secret-of-a", POST),
        ("A", "wrong", BASIC),
        ("B", "secret-of-b", POST),
        ("B", "secret-of-b", BASIC),
    ):
        assert token(url, form, client, secret, method).error == "invalid_client", (client, method)
    assert token(url, LOGIN, "N", "secret-of-n", POST).error == "invalid_grant"


def test_canaille_fails_on_a_request_without_openid(canaille: str) -> None:
    url = f"{canaille}/oauth/authorize"
    assert ask(f"{url}?{urlencode(REQUEST)}").sent_back == (REDIRECT_URI, "login_required")
    assert ask(f"{url}?{urlencode(REQUEST | {'scope': 'profile'})}").status == 500


def test_sandbox_is_strict_and_stock_mode_is_not() -> None:
    client = Credential(
        token_endpoint="https://crm.example.com/token",
        client_id="B",
        secret=Secret("secret-of-b"),
        token_endpoint_auth_method=POST,
        grant="client_credentials",
        scopes=("api.read",),
        redirect_uri=REDIRECT_URI,
        require_pkce=False,
        users=(),
    )
    unknown = SERVICE | {"scope": "no.such"}
    with start([client]) as strict, start([client], stock=True) as stock:
        for running, method, other in ((strict, POST, BASIC), (stock, BASIC, POST)):
            url = running.endpoints[0].token_endpoint
            assert token(url, SERVICE, "B", "secret-of-b", method).status == 200
            assert token(url, SERVICE, "B", "secret-of-b", other).error == "invalid_client"
        assert token(strict.endpoints[0].token_endpoint, unknown, "B", "secret-of-b", POST).error == "invalid_scope"
        assert "scope" not in json.loads(token(stock.endpoints[0].token_endpoint, unknown, "B", "secret-of-b").body)


OTHER = {"grant_type": "authorization_code", "code": "made-up"}
GRANTED: Mapping[str, tuple[Decide, Mapping[str, str], str, str, int, str | None]] = {
    "strict": (server_behaviours.strict, SERVICE, SECRET, POST, 200, None),
    "strict, wrong": (server_behaviours.strict, SERVICE, "wrong", POST, 401, "invalid_client"),
    "Basic only": (only(BASIC), SERVICE, SECRET, BASIC, 200, None),
    "Basic only, post": (only(BASIC), SERVICE, SECRET, POST, 401, "invalid_client"),
    "post only": (only(POST), SERVICE, SECRET, POST, 200, None),
    "post only, Basic": (only(POST), SERVICE, SECRET, BASIC, 401, "invalid_client"),
    "code first": (server_behaviours.code_first, OTHER, "wrong", POST, 400, "invalid_grant"),
    "code first, service": (server_behaviours.code_first, SERVICE, "wrong", POST, 401, "invalid_client"),
    "to anybody": (server_behaviours.to_anybody, SERVICE, "wrong", POST, 200, None),
    "raw Basic, encoded": (server_behaviours.raw_basic, SERVICE, HARD, BASIC, 401, "invalid_client"),
    "like Keycloak": (server_behaviours.like_keycloak, SERVICE, "wrong", POST, 401, "unauthorized_client"),
    "grant unknown": (server_behaviours.grant_unknown, SERVICE, SECRET, POST, 400, "unauthorized_client"),
    "scope refused": (server_behaviours.scope_refused, SERVICE, SECRET, POST, 400, "invalid_scope"),
    "200 with error": (server_behaviours.two_hundred, SERVICE, "wrong", POST, 200, "invalid_client"),
    "500 to post, Basic": (server_behaviours.five_hundred_on_post, SERVICE, SECRET, BASIC, 200, None),
}


@pytest.mark.parametrize("name", GRANTED)
def test_scripted_server_behaves_as_named(name: str) -> None:
    decide, form, secret, method, status, error = GRANTED[name]
    with fake(deciding(decide)) as served:
        answer = token(served.url, form, CLIENT, secret, method)
    assert (answer.status, answer.error) == (status, error)


def test_raw_basic_server_decodes_nothing() -> None:
    with fake(deciding(server_behaviours.raw_basic)) as served:
        assert ask(served.url, SERVICE, Authorization=basic(CLIENT, HARD)).status == 200


def test_scripted_server_fails_on_a_secret_in_the_body() -> None:
    with fake(deciding(server_behaviours.five_hundred_on_post)) as served:
        assert token(served.url, SERVICE, CLIENT, SECRET, POST).status == 500


def test_scopes_are_reduced_with_or_without_notice() -> None:
    with (
        fake(deciding(server_behaviours.silent_scope)) as silent,
        fake(deciding(server_behaviours.reduced_scope)) as aloud,
    ):
        assert "scope" not in json.loads(token(silent.url, SERVICE, CLIENT, SECRET).body)
        introspected = token(silent.url.replace("/token", "/introspect"), {"token": "x"}, CLIENT, SECRET)
        assert json.loads(introspected.body)["scope"] == ""
        assert json.loads(token(aloud.url, SERVICE, CLIENT, SECRET).body)["scope"] == "other"


def test_errors_are_sent_as_form_echo_and_markup() -> None:
    with fake(deciding(server_behaviours.form_errors)) as form, fake(deciding(server_behaviours.echoing)) as echo:
        assert parse_qs(token(form.url, SERVICE, CLIENT, "wrong").body.decode())["error"] == ["invalid_client"]
        echoed = token(echo.url, SERVICE, CLIENT, SECRET)
        assert SECRET in echoed.error
        assert base64.b64encode(SECRET.encode()).decode() in echoed.error
        assert echoed.headers["X-Echo"] == SECRET
    with fake(deciding(server_behaviours.nasty)) as nasty:
        words = token(nasty.url, SERVICE, CLIENT, SECRET).error
    assert all(part in words for part in ("\x1b", "::set-output", "##vso[", "**", "<script>"))


def test_client_is_locked_after_several_wrong_secrets() -> None:
    with fake(deciding(locking(2))) as served:
        statuses = [token(served.url, SERVICE, CLIENT, secret).status for secret in (SECRET, "a", "b", SECRET)]
    assert statuses == [200, 401, 401, 429]


@pytest.mark.parametrize(("query", "error"), [(CHALLENGE, "login_required"), ({}, "invalid_request")])
def test_scripted_authorization_endpoint_demands_pkce(query: dict[str, str], error: str) -> None:
    with fake(deciding(authorizing(server_behaviours.demands_pkce))) as served:
        url = served.url.replace("/token", "/authorize")
        assert ask(f"{url}?{urlencode(REQUEST | query)}").sent_back == (REDIRECT_URI, error)


def test_scripted_authorization_checks_client_and_uri() -> None:
    with fake(deciding(authorizing(server_behaviours.knows_one_uri))) as served:
        url = served.url.replace("/token", "/authorize")
        known = REQUEST | {"client_id": CLIENT}
        assert ask(f"{url}?{urlencode(known)}").sent_back == (REDIRECT_URI, "login_required")
        for changed in ({"client_id": "nobody"}, {"redirect_uri": "https://other.example.com/"}):
            assert ask(f"{url}?{urlencode(known | changed)}").status == 400


def test_bodies_have_the_intended_size_and_speed() -> None:
    assert len(server_behaviours.BOMB) < 64 * 1024
    assert len(gzip.decompress(server_behaviours.BOMB)) == 52_000_000
    with fake(reply(200, server_behaviours.TEN_MEGABYTES)) as large:
        body = token(large.url, SERVICE, CLIENT, SECRET).body
    assert len(body) > 10_000_000
    assert json.loads(body)["access_token"] == "the-token"
    with fake(server_behaviours.byte_by_byte) as slow:
        at = urlsplit(slow.url)
        connection = http.client.HTTPConnection(at.netloc, timeout=1.5)
        began = time.monotonic()
        connection.request("POST", at.path)
        assert connection.sock is not None
        first, second = connection.sock.recv(64), connection.sock.recv(64)
        took = time.monotonic() - began
        connection.close()
    assert (first, second) == (b"H", b"T")
    assert took > 0.9
