"""Receive the answer to a login on this machine (RFC 8252 section 7.3).

Other programs and every page in the browser can reach the port. So only the answer with our state counts, everything else
is answered plainly, and no request can delay another one or take more than some seconds and bytes.
"""

import errno
import socket
import threading
import time
from contextlib import ExitStack, suppress
from http import HTTPStatus
from typing import Final, Self

from oauthgit.model.formats.endpoint import parse_endpoint
from oauthgit.probe.interactive.callback import MAX_ADDRESS, Callback, Expected, place_of, read_callback

_ADDRESSES: Final = {
    "localhost": (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)),
    "127.0.0.1": (("127.0.0.1", socket.AF_INET),),
    "::1": (("::1", socket.AF_INET6),),
}
_NO_IPV6: Final = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
_MAX_BYTES: Final = 2 * MAX_ADDRESS
_MAX_CONNECTIONS: Final = 16
_SECONDS: Final = 5.0
_LINGER_SECONDS: Final = 0.5
_TICK: Final = 0.1
_DONE: Final = "The answer of the server was received. Close this window and return to the terminal."
_HEADERS: Final = (
    "Content-Type: text/html; charset=utf-8",
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
)


def open_listener(expected: Expected) -> "Listener | str":
    """Return a listener for the redirect URI, or the reason why there is none.

    Both addresses of ``localhost`` must be free, because a browser may use either. The reason is empty if the redirect URI is
    not on this machine.
    """
    endpoint = parse_endpoint(expected.redirect_uri)
    if endpoint.scheme != "http" or endpoint.host not in _ADDRESSES:
        return ""
    with ExitStack() as opened:
        listening: list[socket.socket] = []
        for address, family in _ADDRESSES[endpoint.host]:
            try:
                bound = socket.create_server((address, endpoint.port), family=family, backlog=_MAX_CONNECTIONS)
            except OSError as error:
                if listening and error.errno in _NO_IPV6:
                    continue
                why = {errno.EADDRINUSE: "it is in use", errno.EACCES: "it needs the rights of an administrator"}
                return f"port {endpoint.port} cannot be opened: {why.get(error.errno or 0, error.strerror)}"
            listening.append(opened.enter_context(bound))
        opened.pop_all()
        return Listener(listening, expected)


class Listener:
    """Hold the callback once it is received; ``refused`` counts other requests.

    Close it at the end of ``with``.
    """

    def __init__(self, listening: list[socket.socket], expected: Expected) -> None:
        self.callback: Callback | None = None
        self.refused = 0
        self._expected = expected
        self._path = (place_of(expected.redirect_uri.partition("?")[0]) or ((), "/"))[1]
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(_MAX_CONNECTIONS)
        self._closed = threading.Event()
        self._threads = [threading.Thread(target=self._accept, args=(each,), daemon=True) for each in listening]
        for each in self._threads:
            each.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        for each in self._threads:
            each.join()

    def _accept(self, listening: socket.socket) -> None:
        with listening:
            listening.settimeout(_TICK)
            while not self._closed.is_set():
                with suppress(OSError):  # nobody came, or the client is gone again
                    self._start(listening.accept()[0])

    def _start(self, connection: socket.socket) -> None:
        """Serve a connection on a thread; close it at once if there are too many."""
        if self._free.acquire(blocking=False):
            threading.Thread(target=self._serve, args=(connection,), name="oauthgit-login", daemon=True).start()
        else:
            connection.close()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, suppress(OSError):
                head = _read_head(connection)
                status, words = head if isinstance(head, tuple) else self._answer(head)
                connection.settimeout(_SECONDS)
                connection.sendall(_page(status, words))
                _linger(connection)
        finally:
            self._free.release()

    def _answer(self, head: str) -> tuple[HTTPStatus, str]:
        """Return status and text for a request; store the first valid callback."""
        line, *fields = head.split("\r\n")
        method, target = (*line.split(" "), "", "")[:2]
        hosts = [each.partition(":")[2].strip() for each in fields if each.lower().startswith("host:")]
        if method != "GET":
            return HTTPStatus.METHOD_NOT_ALLOWED, "Only GET is answered here."
        if len(hosts) != 1 or not target.startswith("/"):
            return HTTPStatus.BAD_REQUEST, "This is not a request of a browser."
        if target.partition("?")[0] != self._path:
            return HTTPStatus.NOT_FOUND, "There is nothing at this address."
        try:
            callback = read_callback(f"http://{hosts[0]}{target}", self._expected)
        except ValueError:
            with self._lock:
                self.refused += 1
            return HTTPStatus.BAD_REQUEST, "This is not the answer to the login that was started in the terminal."
        with self._lock:
            if self.callback is not None:
                return HTTPStatus.GONE, "An answer was received before."
            self.callback = callback
        return HTTPStatus.OK, _DONE


def _read_head(connection: socket.socket) -> str | tuple[HTTPStatus, str]:
    """Return the head of a request, or the status for one that is slow or too long."""
    head, end = b"", time.monotonic() + _SECONDS
    while b"\r\n\r\n" not in head:
        left = end - time.monotonic()
        if left <= 0:
            return HTTPStatus.REQUEST_TIMEOUT, "The request took too long."
        connection.settimeout(left)
        try:
            part = connection.recv(_MAX_BYTES)
        except TimeoutError:
            continue
        if not part:
            return HTTPStatus.BAD_REQUEST, "The request is incomplete."
        head += part
        if len(head) > _MAX_BYTES:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request is too long."
    return head.partition(b"\r\n\r\n")[0].decode("latin-1")


def _linger(connection: socket.socket) -> None:
    """Receive the rest for a moment, because closing could destroy the answer."""
    connection.shutdown(socket.SHUT_WR)
    end = time.monotonic() + _LINGER_SECONDS
    while (left := end - time.monotonic()) > 0:
        connection.settimeout(left)
        if not connection.recv(_MAX_BYTES):
            break


def _page(status: HTTPStatus, words: str) -> bytes:
    """Return an answer without script, references and anything of the request."""
    page = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>oauthgit login</title><p>{words}</p></html>\n'
    lines = (f"HTTP/1.1 {status.value} {status.phrase}", *_HEADERS, f"Content-Length: {len(page)}")
    return "\r\n".join((*lines, "", page)).encode()
