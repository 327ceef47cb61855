"""The servers of the smoke tests behave as their names say: tested with plain HTTP."""

import base64
import gzip
import http.client
import json
import time
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.sandbox import start
from support import server_behaviours
from support.oauth_clients import HARD_SECRET, LOOKS_ENCODED, REDIRECT_URI
from support.plain_http import BASIC, POST, Answer, ask, basic, token
from support.real_servers import endpoints
from support.scripted_server import fake, reply
from support.server_behaviours import CLIENT, HARD, SECRET, Decide, authorizing, deciding, locking, only

SERVICE = {"grant_type": "client_credentials", "scope": "api.read"}
LOGIN = {"grant_type": "authorization_code", "code": "made-up", "redirect_uri": REDIRECT_URI, "code_verifier": "v" * 43}
REQUEST = {"response_type": "code", "client_id": "C", "redirect_uri": REDIRECT_URI, "scope": "openid", "prompt": "none"}
CHALLENGE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}


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


Outcomes = tuple[str, str, str]
"""Of a right secret, a wrong one, and an unknown client."""

_BAD_CLIENT = "401 invalid_client"
_BARE = "401 Unauthorized"
QUESTIONS = {
    "service": ("A", SERVICE),
    "service grant not allowed": ("C", SERVICE),
    "code": ("C", LOGIN),
    "refresh token": ("C", {"grant_type": "refresh_token", "refresh_token": "made-up"}),
    "unknown grant": ("A", {"grant_type": "urn:example:none"}),
}
TOKEN_OUTCOMES: Mapping[str, Mapping[str, Outcomes]] = {
    "better_auth": {
        "service": ("200", _BAD_CLIENT, _BAD_CLIENT),
        "service grant not allowed": ("400 unauthorized_client", _BAD_CLIENT, _BAD_CLIENT),
        "code": ("400 invalid_grant", "400 invalid_grant", "400 invalid_grant"),
        "refresh token": ("400 invalid_grant", "400 invalid_grant", "400 invalid_grant"),
        "unknown grant": ("400 unsupported_grant_type", "400 unsupported_grant_type", "400 unsupported_grant_type"),
    },
    "oauth2orize": {
        "service": ("200", _BARE, _BARE),
        "service grant not allowed": ("200", _BARE, _BARE),
        "code": ("403 invalid_grant", _BARE, _BARE),
        "refresh token": ("403 invalid_grant", _BARE, _BARE),
        "unknown grant": ("501 unsupported_grant_type", _BARE, _BARE),
    },
    "jmondi": {
        "service": ("200", _BAD_CLIENT, _BAD_CLIENT),
        "service grant not allowed": (_BAD_CLIENT, _BAD_CLIENT, _BAD_CLIENT),
        "code": ("400 invalid_request", _BAD_CLIENT, _BAD_CLIENT),
        "refresh token": ("400 invalid_request", _BAD_CLIENT, _BAD_CLIENT),
        "unknown grant": ("400 unsupported_grant_type", "400 unsupported_grant_type", "400 unsupported_grant_type"),
    },
}


def outcome(answer: Answer) -> str:
    """Summarize a token response or a redirect: status, target, and error."""
    if answer.status == 302:
        uri, _, query = answer.headers["Location"].partition("?")
        return " ".join([uri, *parse_qs(query).get("error", [])])
    if answer.status in (200, 404):
        return str(answer.status)
    text = answer.body.decode()
    return f"{answer.status} {json.loads(text)['error'] if text.startswith('{') else text}"


@pytest.mark.parametrize("server", TOKEN_OUTCOMES)
def test_token_endpoint_answers_as_its_library_does(server: str, request: pytest.FixtureRequest) -> None:
    url = endpoints(server, request.getfixturevalue(server)).token_endpoint
    for question, (client, form) in QUESTIONS.items():
        pairs = ((client, f"secret-of-{client.lower()}"), (client, "wrong"), ("nobody", "wrong"))
        seen = tuple(outcome(token(url, form, *pair)) for pair in pairs)
        assert seen == TOKEN_OUTCOMES[server][question], question


INTROSPECTION_OUTCOMES: Mapping[str, tuple[str, str, str]] = {
    "better_auth": ("200", "200", _BAD_CLIENT),
    "oauth2orize": ("404", "404", "404"),
    "jmondi": ("200", _BAD_CLIENT, _BAD_CLIENT),
}


@pytest.mark.parametrize("server", INTROSPECTION_OUTCOMES)
def test_introspection_answers_as_its_library_does(server: str, request: pytest.FixtureRequest) -> None:
    url = endpoints(server, request.getfixturevalue(server)).introspection_endpoint
    pairs = (("A", "secret-of-a"), ("C", "secret-of-c"), ("A", "wrong"))
    seen = tuple(outcome(token(url, {"token": "made-up"}, *pair)) for pair in pairs)
    assert seen == INTROSPECTION_OUTCOMES[server]


AUTHORIZATION_REQUESTS = {
    "configured": REQUEST | CHALLENGE,
    "another redirect URI": REQUEST | CHALLENGE | {"redirect_uri": "http://localhost/another-callback"},
    "unknown client": REQUEST | CHALLENGE | {"client_id": "nobody"},
    "without PKCE": REQUEST,
    "unknown scope": REQUEST | CHALLENGE | {"scope": "no.such"},
}
AUTHORIZATION_OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "better_auth": (
        f"{REDIRECT_URI} login_required",
        "/api/auth/error invalid_redirect",
        "/api/auth/error invalid_client",
        f"{REDIRECT_URI} invalid_request",
        f"{REDIRECT_URI} invalid_scope",
    ),
    "oauth2orize": ("/login",) * 5,
    "jmondi": ("/login", _BAD_CLIENT, _BAD_CLIENT, "400 invalid_request", "400 invalid_scope"),
}


@pytest.mark.parametrize("server", AUTHORIZATION_OUTCOMES)
def test_authorization_answers_as_its_library_does(server: str, request: pytest.FixtureRequest) -> None:
    base = request.getfixturevalue(server)
    url = endpoints(server, base).authorization_endpoint
    answers = [ask(f"{url}?{urlencode(asked)}", Accept="text/html") for asked in AUTHORIZATION_REQUESTS.values()]
    assert tuple(outcome(answer).removeprefix(base) for answer in answers) == AUTHORIZATION_OUTCOMES[server]


@pytest.mark.parametrize("server", ["oauth2orize", "jmondi"])
def test_basic_is_neither_decoded_nor_read_to_its_end(server: str, request: pytest.FixtureRequest) -> None:
    url = endpoints(server, request.getfixturevalue(server)).token_endpoint
    assert token(url, SERVICE, "E", LOOKS_ENCODED).status == 401
    assert ask(url, SERVICE, Authorization=basic("E", LOOKS_ENCODED)).status == 200
    assert token(url, SERVICE, "D", HARD_SECRET, POST).status == 200
    # a secret ends at its first colon
    assert ask(url, SERVICE, Authorization=basic("D", HARD_SECRET)).status == 401


def test_better_auth_accepts_the_registered_method_only(better_auth: str) -> None:
    url = endpoints("better_auth", better_auth).token_endpoint
    for client, secret, method, other in (("D", HARD_SECRET, BASIC, POST), ("B", "secret-of-b", POST, BASIC)):
        assert token(url, SERVICE, client, secret, method).status == 200
        assert token(url, SERVICE, client, secret, other).error == "invalid_client"


def test_better_auth_redirects_browsers_only(better_auth: str) -> None:
    url = f"{endpoints('better_auth', better_auth).authorization_endpoint}?{urlencode(REQUEST | CHALLENGE)}"
    assert ask(url, Accept="text/html").status == 302
    assert json.loads(ask(url, Accept="application/json").body)["redirect"] is True


def test_better_auth_limits_requests_in_production(better_auth_limited: str) -> None:
    url = endpoints("better_auth_limited", better_auth_limited).token_endpoint
    statuses = [token(url, SERVICE, "A", "secret-of-a").status for _ in range(21)]
    assert statuses == [200] * 20 + [429]


def test_oauth2orize_checks_the_client_after_the_login(oauth2orize: str) -> None:
    login = ask(f"{oauth2orize}/login", {})
    cookie = login.headers["Set-Cookie"].partition(";")[0]
    url = endpoints("oauth2orize", oauth2orize).authorization_endpoint
    for changed, status in (({}, 200), ({"client_id": "nobody"}, 403), ({"redirect_uri": "http://localhost/"}, 403)):
        assert ask(f"{url}?{urlencode(REQUEST | changed)}", Cookie=cookie).status == status


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
