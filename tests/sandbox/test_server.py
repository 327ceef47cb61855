"""The server itself: paths, metadata, parallel requests, logging, and stopping."""

import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.sandbox import start

SECRET = "c4n4ry-s3cr3t"
SERVICE = Credential(
    token_endpoint="https://crm.example.com/oauth/token",
    client_id="service",
    secret=Secret(SECRET),
    token_endpoint_auth_method="client_secret_post",
    grant="client_credentials",
    scopes=("api.read",),
    redirect_uri="http://localhost/oauth-callback",
    require_pkce=True,
    users=(),
)
FORM = {"grant_type": "client_credentials", "client_id": "service", "client_secret": SECRET}


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def post(url: str, **changes: str) -> httpx.Response:
    return httpx.post(url, data=FORM | changes, trust_env=False)


@pytest.mark.parametrize(
    "place",
    [
        "{base}/c/{n}/.well-known/openid-configuration",
        "{base}/c/{n}/.well-known/oauth-authorization-server",
        "{base}/.well-known/oauth-authorization-server/c/{n}",
    ],
)
def test_metadata_names_endpoints_and_client_authentication(place: str) -> None:
    others = SERVICE._replace(scopes=(), token_endpoint_auth_method="client_secret_basic")
    with start([SERVICE, others]) as sandbox:
        first, second = (get(place.format(base=sandbox.base, n=n)).json() for n in (0, 1))
        for document, endpoints in zip((first, second), sandbox.endpoints, strict=True):
            assert endpoints._asdict().items() <= document.items()
            assert endpoints.issuer.startswith(sandbox.base + "/c/")
    assert first["scopes_supported"] == ["api.read"]
    assert "scopes_supported" not in second
    assert first["token_endpoint_auth_methods_supported"] == ["client_secret_post"]
    assert second["token_endpoint_auth_methods_supported"] == ["client_secret_basic"]
    assert first["code_challenge_methods_supported"] == ["S256"]


def test_token_endpoint_needs_post_and_a_known_tenant() -> None:
    with start([SERVICE]) as sandbox:
        assert get(sandbox.endpoints[0].token_endpoint).status_code == 405
        for stranger in ("1", "00", "x", "-1", "9" * 5000):
            assert post(f"{sandbox.base}/c/{stranger}/token").status_code == 404
        assert get(f"{sandbox.base}/").status_code == 404


def test_foreign_host_header_changes_nothing() -> None:
    with start([SERVICE]) as sandbox:
        headers = {"Host": "crm.example.com"}
        url = sandbox.endpoints[0].token_endpoint
        assert httpx.post(url, data=FORM, headers=headers, trust_env=False).status_code == 200
        described = httpx.get(f"{sandbox.endpoints[0].issuer}/.well-known/openid-configuration", headers=headers)
        assert described.json()["token_endpoint"] == url


def test_two_hundred_requests_at_once_each_get_their_own_token() -> None:
    with start([SERVICE] * 4) as sandbox, httpx.Client(trust_env=False) as client, ThreadPoolExecutor(64) as threads:
        urls = [endpoints.token_endpoint for endpoints in sandbox.endpoints] * 50
        answers = list(threads.map(lambda url: client.post(url, data=FORM), urls))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["access_token"] for answer in answers}) == 200
        assert len(sandbox.log) == 200


def test_log_contains_methods_paths_and_statuses() -> None:
    with start([SERVICE]) as sandbox:
        post(sandbox.endpoints[0].token_endpoint)
        post(sandbox.endpoints[0].token_endpoint + "?client_secret=" + SECRET)
        get(sandbox.base + "/nowhere")
        assert sandbox.log == [("POST", "/c/0/token", 200), ("POST", "/c/0/token", 400), ("GET", "/nowhere", 404)]


def test_stop_frees_the_port_and_may_be_repeated() -> None:
    sandbox = start([SERVICE])
    port = int(sandbox.base.rpartition(":")[2])
    assert post(sandbox.endpoints[0].token_endpoint).status_code == 200
    began = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - began < 1
    sandbox.stop()
    with pytest.raises(httpx.ConnectError):
        post(sandbox.endpoints[0].token_endpoint)
    with start([SERVICE], port=port) as again:
        assert again.base == sandbox.base
        assert post(again.endpoints[0].token_endpoint).status_code == 200


def test_idle_connection_does_not_block_stopping() -> None:
    with start([SERVICE]) as sandbox:
        silent = socket.create_connection(("127.0.0.1", int(sandbox.base.rpartition(":")[2])))
        assert post(sandbox.endpoints[0].token_endpoint).status_code == 200
        began = time.monotonic()
    assert time.monotonic() - began < 1
    silent.close()


def test_port_in_use_is_a_catchable_error(capfd: pytest.CaptureFixture[str]) -> None:
    with start([SERVICE]) as sandbox, pytest.raises(OSError, match="ddress already in use"):
        start([SERVICE], port=int(sandbox.base.rpartition(":")[2]))
    assert capfd.readouterr() == ("", "")


def test_second_sandbox_starts_quickly() -> None:
    with start([SERVICE]):
        began = time.monotonic()
        with start([SERVICE] * 100):
            assert time.monotonic() - began < 0.5


def test_secrets_are_never_logged_printed_or_shown(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with start([SERVICE]) as sandbox, start([SERVICE], stock=True) as stock:
        token = post(sandbox.endpoints[0].token_endpoint).json()["access_token"]
        post(sandbox.endpoints[0].token_endpoint, client_id="other")
        basic = httpx.post(stock.endpoints[0].token_endpoint, data=FORM, auth=("service", SECRET), trust_env=False)
        with socket.create_connection(("127.0.0.1", int(sandbox.base.rpartition(":")[2]))) as raw:
            raw.sendall(f"client_secret={SECRET}\r\n\r\n".encode())
            raw.recv(100)
        shown = repr(sandbox) + repr(sandbox.endpoints) + repr(sandbox.log) + repr(vars(sandbox))
    printed = capfd.readouterr()
    assert printed == ("", "")
    for secret in (SECRET, token, basic.json()["access_token"]):
        assert secret not in caplog.text + shown
