"""The fault injector forwards requests unchanged, and replaces the answers that it is told to."""

import http.client
import socket
import time
from urllib.parse import urlsplit

import pytest

from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.sandbox import start
from support.fault_injector import FAULTS, forwarding, inject
from support.plain_http import Answer, ask, token
from support.real_servers import endpoints
from support.scripted_server import TOKEN, fake, reply

SERVICE = {"grant_type": "client_credentials", "scope": "api.read"}
SHOWN = {
    "429": (429, b"Too many requests"),
    "500": (500, b'"server_error"'),
    "503": (503, b"<h1>503 Service Temporarily Unavailable"),
    "520": (520, b"<h1>Web server is returning an unknown error"),
    "403 page": (403, b"<h1>Sorry, you have been blocked"),
    "401 locked": (401, b"locked"),
    "401 locked, JSON": (401, b'{"error": "locked"}'),
}


def seen(url: str) -> Answer | str:
    """Return an answer, or how its absence shows within half a second."""
    try:
        return ask(url, SERVICE, timeout=0.5)
    except TimeoutError:
        return "slow"
    except http.client.IncompleteRead:
        return "truncated"


def test_request_and_answer_are_forwarded_unchanged() -> None:
    sent = (
        b"POST /a%2Fb;v=1?x=%41+b HTTP/1.1\r\nHOST: crm.example.com\r\nx-odd:   Value\r\n"
        b"Connection: close\r\nContent-Length: 7\r\n\r\na=%C3+b"
    )
    answer = reply(302, b"\x00\xff", Location="/login", X_Odd="Value")
    with fake(answer) as behind, fake(forwarding(behind.base)) as served:
        at = urlsplit(served.base)
        with socket.create_connection((at.hostname, at.port), timeout=10) as connection:
            connection.sendall(sent)
            got = b""
            while part := connection.recv(4096):
                got += part
    assert served.requests == [sent]
    assert behind.requests == [sent.replace(b"crm.example.com", urlsplit(behind.base).netloc.encode())]
    assert got == answer


@pytest.mark.parametrize("once", [True, False], ids=["once", "from there on"])
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_replaces_the_answer_at_its_position(fault: str, once: bool) -> None:  # noqa: FBT001 - both ways
    with fake(reply(200, TOKEN)) as behind, inject(behind.base, fault, 1, once=once) as served:
        answers = [seen(served.url) for _ in range(3)]
    assert len(served.requests) == 3
    for answer, is_fault in zip(answers, (False, True, not once), strict=True):
        if is_fault and fault in SHOWN:
            status, text = SHOWN[fault]
            assert isinstance(answer, Answer)
            assert answer.status == status
            assert text in answer.body
        elif is_fault:
            assert answer == fault
        else:
            assert isinstance(answer, Answer)
            assert answer.status == 200
    # what is slow or truncated was answered; the other faults stand in front of the server
    assert len(behind.requests) == (1 if fault in SHOWN and not once else 2 if fault in SHOWN else 3)


def test_slow_answer_ends_with_the_test() -> None:
    began = time.monotonic()
    with fake(reply(200, TOKEN)) as behind, inject(behind.base, "slow", 0) as served:
        assert seen(served.url) == "slow"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("server", ["oidc_provider", "better_auth", "oauth2orize", "jmondi", "canaille"])
def test_real_server_works_behind_the_injector(server: str, request: pytest.FixtureRequest) -> None:
    base = request.getfixturevalue(server)
    form = SERVICE | {"scope": "profile"} if server == "canaille" else SERVICE
    with inject(base, "520", 1) as served:
        url = endpoints(server, served.base).token_endpoint
        secrets = ("secret-of-a", "secret-of-a", "wrong", "secret-of-a")
        statuses = [token(url, form, "A", secret).status for secret in secrets]
    assert statuses == [200, 520, 401, 200]
    assert len(served.requests) == 4


def test_sandbox_works_behind_the_injector() -> None:
    client = Credential(
        token_endpoint="https://crm.example.com/token",
        client_id="A",
        secret=Secret("secret-of-a"),
        token_endpoint_auth_method="client_secret_basic",
        grant="client_credentials",
        scopes=("api.read",),
        redirect_uri="",
        require_pkce=False,
        users=(),
    )
    with start([client]) as running:
        at = urlsplit(running.endpoints[0].token_endpoint)
        base = f"{at.scheme}://{at.netloc}"
        with inject(base, "520", 1) as served:
            url = f"{served.base}{at.path}"
            statuses = [token(url, SERVICE, "A", "secret-of-a").status for _ in range(3)]
    assert statuses == [200, 520, 200]
