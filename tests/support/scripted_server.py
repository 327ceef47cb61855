"""A scripted server: it sends given answers, one per connection, and records the requests."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Behaviour = Callable[[socket.socket, bytes, threading.Event], None]


class Fake:
    """A running scripted server: its base URL and token endpoint, received requests, and the number of connections."""

    def __init__(self, port: int, scheme: str, host: str) -> None:
        self.base = f"{scheme}://{host}:{port}"
        self.url = f"{self.base}/token"
        self.requests: list[bytes] = []
        self.connections = 0

    def forget(self) -> None:
        """Forget requests and connections, for the next test."""
        self.requests.clear()
        self.connections = 0


def reply(status: int, body: Any, content_type: str = "application/json", **headers: str) -> bytes:
    """Return an answer over HTTP; ``body`` is JSON unless it is text or bytes."""
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    lines = {"Content-Type": content_type, "Cache-Control": "no-store", "Content-Length": str(len(content))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Word\r\n{head}\r\n".encode() + content


REFUSAL = reply(401, {"error": "invalid_client"})


TOKEN = {"access_token": "the-token", "token_type": "Bearer", "expires_in": 3600, "scope": "api.read"}


def hang(_connection: socket.socket, _request: bytes, stop: threading.Event) -> None:
    """Send nothing until the test ends."""
    stop.wait(30)


def drip(connection: socket.socket, _request: bytes, stop: threading.Event) -> None:
    """Send one byte at a time, and never the last one."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n")
    while not stop.wait(0.05):
        connection.sendall(b" ")


def endless_headers(connection: socket.socket, _request: bytes, stop: threading.Event) -> None:
    """Send headers forever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not stop.is_set():
        connection.sendall(b"X-Filler: " + b"x" * 5000 + b"\r\n")


@contextmanager
def fake(*answers: bytes | Behaviour, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Fake]:
    """Serve ``answers``, one per connection and then the last one again and again, until the block ends."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        served = Fake(listener.getsockname()[1], "https" if tls else "http", host)
        threads = [threading.Thread(target=_accept, args=(listener, served, answers, tls, stop), daemon=True)]
        threads[0].start()
        try:
            yield served
        finally:
            stop.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            threads[0].join(10)


def _accept(
    listener: socket.socket,
    served: Fake,
    answers: tuple[bytes | Behaviour, ...],
    tls: ssl.SSLContext | None,
    stop: threading.Event,
) -> None:
    threads: list[threading.Thread] = []
    while not stop.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        answer = answers[min(served.connections, len(answers) - 1)]
        served.connections += 1
        threads.append(threading.Thread(target=_serve, args=(connection, served, answer, tls, stop), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(10)


def _serve(
    plain: socket.socket, served: Fake, answer: bytes | Behaviour, tls: ssl.SSLContext | None, stop: threading.Event
) -> None:
    with plain, suppress(OSError):
        plain.settimeout(20)
        with tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
            request = _request(connection)
            served.requests.append(request)
            if callable(answer):
                answer(connection, request, stop)
            else:
                connection.sendall(answer)


def _request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request and (part := connection.recv(65536)):
        request += part
    head, _, body = request.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length and (part := connection.recv(65536)):
        body += part
    return head + b"\r\n\r\n" + body
