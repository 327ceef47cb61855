"""A proxy in front of a test server: it forwards requests unchanged, and replaces chosen answers by faults.

Only ``Host`` becomes the server's own, because canaille refuses another. A request has a connection of its own and says
``Connection: close``, like those of the smoke test. Metadata still contains the URLs of the server behind the proxy.
"""

import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from support.scripted_server import Behaviour, Fake, fake, reply

Fault = Callable[[str], bytes | Behaviour]
"""An answer in place of the one of the server at a URL."""


@contextmanager
def inject(base: str, fault: str, position: int, *, once: bool = True) -> Iterator[Fake]:
    """Forward to ``base``, except the request at ``position`` (from 0), or all from there on; ``Fake.base`` is the proxy."""
    forward = forwarding(base)
    after = [forward] if once else []
    with fake(*[forward] * position, FAULTS[fault](base), *after) as served:
        yield served


def forwarding(base: str) -> Behaviour:
    """Return a behaviour that forwards a request to the server at ``base`` and its answer back."""

    def forward(connection: socket.socket, request: bytes, _stop: threading.Event) -> None:
        connection.sendall(_answer(base, request))

    return forward


def _answer(base: str, request: bytes) -> bytes:
    assert b"\r\nconnection: close\r\n" in request.lower(), "the end of the answer is the end of the connection"
    at = urlsplit(base)
    answer = b""
    with socket.create_connection((at.hostname, at.port), timeout=20) as server:
        server.sendall(re.sub(rb"(?im)(^host: *)[^\r\n]*", rb"\g<1>" + at.netloc.encode(), request, count=1))
        while part := server.recv(65536):
            answer += part
    return answer


def _slow(base: str) -> Behaviour:
    """Let the server answer, and send nothing until the test ends."""

    def wait(_connection: socket.socket, request: bytes, stop: threading.Event) -> None:
        _answer(base, request)
        stop.wait(30)

    return wait


def _truncated(base: str) -> Behaviour:
    """Let the server answer, and end the connection before the end of the answer."""

    def cut(connection: socket.socket, request: bytes, _stop: threading.Event) -> None:
        connection.sendall(_answer(base, request)[:-9])

    return cut


def _instead(status: int, body: object, content_type: str = "application/json") -> Fault:
    """Answer in front of the server, which never gets the request."""
    answer = reply(status, body, content_type)
    return lambda _base: answer


FAULTS: Final[Mapping[str, Fault]] = {
    "429": _instead(429, {"message": "Too many requests. Please try again later."}),
    "500": _instead(500, {"error": "server_error"}),
    "503": _instead(503, "<html><h1>503 Service Temporarily Unavailable</h1></html>", "text/html"),
    "520": _instead(520, "<html><h1>Web server is returning an unknown error</h1></html>", "text/html"),
    "403 page": _instead(403, "<html><h1>Sorry, you have been blocked</h1></html>", "text/html"),
    "401 locked": _instead(401, "locked", "text/plain"),
    "401 locked, JSON": _instead(401, {"error": "locked"}),
    "slow": _slow,
    "truncated": _truncated,
}
