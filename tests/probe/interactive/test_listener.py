"""The listener on this machine: one answer is received, and nothing else ends or delays the wait."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest

from oauthgit.probe.interactive.callback import Expected
from oauthgit.probe.interactive.listener import Listener, open_listener

STATE = "the-state-of-this-login"
CODE = "the-code-of-this-login"
WITHOUT_RIGHTS = """
import ctypes
ctypes.CDLL(None).prctl(24, 10, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE: as for a user who is not root
import os, sys
os.execv(sys.executable, [sys.executable, "-c", '''
from oauthgit.probe.interactive.callback import Expected
from oauthgit.probe.interactive.listener import open_listener
print(open_listener(Expected("http://localhost/oauth-callback", "state")))
'''])
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = open_listener(Expected(f"http://localhost:{free_port()}/oauth-callback", STATE))
    assert isinstance(found, Listener)
    with found:
        yield found


def port_of(listener: Listener) -> int:
    return urlsplit(listener._expected.redirect_uri).port or 80  # noqa: SLF001 - the port that the fixture chose


def request(
    listener: Listener, target: str, method: str = "GET", host: str = "localhost", **headers: str
) -> HTTPResponse:
    port = port_of(listener)
    connection = HTTPConnection(host, port, timeout=20)
    connection.request(method, target, headers={"Host": f"localhost:{port}", **headers})
    answer = connection.getresponse()
    answer.read_text = answer.read().decode()  # type: ignore[attr-defined] # the connection is closed below
    connection.close()
    return answer


def finish(listener: Listener) -> HTTPResponse:
    """Send the answer of the server, and check that it is received."""
    answer = request(listener, f"/oauth-callback?code={CODE}&state={STATE}")
    assert answer.status == 200
    assert listener.callback
    assert listener.callback.code
    assert listener.callback.code.reveal() == CODE
    return answer


def test_answer_is_received_once_and_page_keeps_nothing(listener: Listener) -> None:
    answer = finish(listener)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    page = answer.read_text  # type: ignore[attr-defined]
    assert "return to the terminal" in page
    assert not any(each in page for each in (CODE, STATE, "<script", "href", "src="))
    second = request(listener, f"/oauth-callback?code=another&state={STATE}")
    assert second.status == 410
    assert listener.callback
    assert listener.callback.code
    assert listener.callback.code.reveal() == CODE, "the first answer counts"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_localhost_listens_at_both_addresses(listener: Listener, host: str) -> None:
    if host == "::1" and not socket.has_ipv6:
        pytest.skip("no IPv6")
    assert request(listener, "/favicon.ico", host=host).status == 404


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("GET", "/favicon.ico", {}, 404),
        ("GET", f"/other?code={CODE}&state={STATE}", {}, 404),
        ("GET", f"/oauth-callback/?code={CODE}&state={STATE}", {}, 404),
        ("GET", "/oauth-callback", {}, 400),
        ("GET", "/oauth-callback?code=attack&state=guess", {}, 400),
        ("GET", f"/oauth-callback?code=a&code=b&state={STATE}", {}, 400),
        ("POST", f"/oauth-callback?code={CODE}&state={STATE}", {}, 405),
        ("HEAD", f"/oauth-callback?code={CODE}&state={STATE}", {}, 405),
        ("GET", f"/oauth-callback?code={CODE}&state={STATE}", {"Host": "evil.test"}, 400),
        ("GET", f"http://localhost/oauth-callback?code={CODE}&state={STATE}", {}, 400),
        ("GET", f"/oauth-callback?code={'a' * 40_000}&state={STATE}", {}, 431),
    ],
)
def test_other_request_is_answered_and_does_not_end_the_wait(
    listener: Listener, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    answer = request(listener, target, method, **headers)
    assert answer.status == status
    assert listener.callback is None
    assert CODE not in answer.read_text  # type: ignore[attr-defined]
    finish(listener)


@pytest.mark.parametrize(
    "text", [b"", b"GET\r\n\r\n", b"\x16\x03\x01\x02\r\n\r\n", b"GET /oauth-callback HTTP/1.1\r\n\r\n"]
)
def test_text_that_is_no_request_does_not_end_the_wait(listener: Listener, text: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port_of(listener)), timeout=20) as raw:
        raw.sendall(text)
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(100).startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 405 "))
    finish(listener)


def test_slow_requests_delay_nobody_and_are_ended(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.probe.interactive.listener._SECONDS", 1.5)
    with ExitStack() as opened:
        slow = [
            opened.enter_context(socket.create_connection(("127.0.0.1", port_of(listener)), timeout=20))
            for _ in range(8)
        ]
        slow[0].sendall(b"GET /oauth-callback?code=")
        began = time.monotonic()
        finish(listener)
        assert time.monotonic() - began < 1.4, "they are served at the same time"
        assert slow[0].recv(100).startswith(b"HTTP/1.1 408 ")


def test_connections_above_the_limit_are_closed(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.probe.interactive.listener._SECONDS", 1.5)
    with ExitStack() as opened:
        many = [
            opened.enter_context(socket.create_connection(("127.0.0.1", port_of(listener)), timeout=20))
            for _ in range(17)
        ]
        ends = {each.recv(20)[:12] for each in many}
        assert ends == {b"", b"HTTP/1.1 408"}
    finish(listener)


def test_two_answers_at_once_give_one_callback(listener: Listener) -> None:
    answers: list[int] = []
    targets = [f"/oauth-callback?code={CODE}{number}&state={STATE}" for number in range(6)]
    threads = [threading.Thread(target=lambda t=each: answers.append(request(listener, t).status)) for each in targets]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == [200, *[410] * 5]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_port_in_use_at_one_address_is_a_reason_to_paste(host: str) -> None:
    family = socket.AF_INET6 if host == "::1" else socket.AF_INET
    with socket.create_server((host, 0), family=family) as taken:
        port = taken.getsockname()[1]
        reason = open_listener(Expected(f"http://localhost:{port}/oauth-callback", STATE))
    assert reason == f"port {port} cannot be opened: it is in use"
    with socket.create_server(("127.0.0.1", port)):
        pass  # nothing of the listener is left


@pytest.mark.parametrize("uri", ["https://localhost/cb", "http://app.example.com/cb", "http://127.0.0.2:8080/cb"])
def test_other_redirect_uri_has_no_listener(uri: str) -> None:
    assert open_listener(Expected(uri, STATE)) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="drops a right of Linux")
def test_port_80_needs_rights_that_a_user_lacks() -> None:
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:  # noqa: PTH123 - no folder
        if int(file.read()) <= 80:
            pytest.skip("every user may open port 80 here")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_RIGHTS], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "port 80 cannot be opened: it needs the rights of an administrator"
