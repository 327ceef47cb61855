"""Send one request, limited in time and size, with at most one retry."""

import ssl
import threading
import time
from contextlib import closing
from importlib.metadata import version
from typing import Final

import httpcore
import httpx

from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.http.content_coding import decompress
from oauthgit.probe.http.dns import AddressNotAllowedError, NameNotFoundError, Resolver
from oauthgit.probe.http.endpoint import PORTS, target_of
from oauthgit.probe.http.network_error import failure
from oauthgit.probe.http.stream import CheckedBackend, Clock
from oauthgit.probe.limits import Limits
from oauthgit.probe.requests import Request

MOST_BYTES: Final = 64 * 1024
_SHORT_WAITS = {"0", "1", "2", "3", "4", "5"}
_SHORT_PAUSE = 0.5
_TRY_AGAIN = {Failure.NAME_NOT_FOUND, Failure.REFUSED, Failure.CONNECT_TIMEOUT}
_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": f"oauthgit/{version('oauthgit')}",
}
_ANYWHERE: Final = ("0.0.0.0/0", "::/0")
"""The addresses allowed for a proxy: all, because the policy names the proxy."""
_Connection = httpcore.HTTPConnection | httpcore.HTTPProxy

_LOOPBACK = ("127.0.0.0/8", "::1/128")
"""The networks of the sandbox."""


class HttpClient:
    """Represent an HTTP client that opens a new connection for each request.

    The pool of httpx is slow, connects to any address that DNS returns, and keeps cookies. Here requests share only the
    certificate authorities, and connections go to checked addresses; the host name is still used for SNI, Host and the
    certificate check. Several threads may use it at the same time.

    Raises:
        OSError: ``limits.ca_file`` cannot be read.

    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._networks = limits.networks + (_LOOPBACK if limits.sandbox else ())
        self._names = Resolver(self._networks)
        self._proxies = Resolver(_ANYWHERE)
        self._proxy = httpx.Proxy(limits.proxy) if limits.proxy and not limits.sandbox else None
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self._tls.keylog_filename = None  # type: ignore[assignment] # typeshed does not allow None
        if limits.ca_data:
            self._tls.load_verify_locations(cadata=limits.ca_data)
        elif limits.ca_file:
            self._tls.load_verify_locations(limits.ca_file)
        self._open: set[Clock] = set()
        self._lock = threading.Lock()
        self._ended = False

    def send(
        self, request: Request, *, seconds: float | None = None, cleaning: bool = False, once: bool = False
    ) -> Answer | Failure:
        """Return the outcome of ``request`` within ``seconds``.

        The default is ``limits.timeout``. The request is repeated once, after a short pause, if the connection failed, or if
        the server answers 429 or 5xx with a Retry-After of at most five seconds; with ``once`` it never is. Redirects are
        not followed. After :meth:`stop`, only requests with ``cleaning`` are sent.
        """
        clock = Clock(seconds or self._limits.timeout)
        with self._lock:
            if self._ended and not cleaning:
                return Failure.INTERRUPTED
            if not cleaning:
                self._open.add(clock)
        try:
            outcome = self._once(request, clock)
            pause = None if once else _pause(outcome)
            if pause is not None and pause < clock.seconds_left():
                time.sleep(pause)
                outcome = self._once(request, clock)
        except TimeoutError:
            outcome = Failure.TIMEOUT
        finally:
            with self._lock:
                self._open.discard(clock)
        return Failure.INTERRUPTED if self._ended and not cleaning and isinstance(outcome, Failure) else outcome

    def stop(self) -> None:
        """End the requests in flight, except those with ``cleaning``.

        Other threads may call it.
        """
        with self._lock:
            self._ended = True
            under_way = tuple(self._open)
        for clock in under_way:
            clock.stop()

    def _once(self, request: Request, clock: Clock) -> Answer | Failure:
        built = httpx.Request(request.method, request.url, data=request.form, headers={**_HEADERS, **request.headers})
        url = httpcore.URL(
            scheme=built.url.raw_scheme, host=built.url.raw_host, port=built.url.port, target=target_of(request.url)
        )
        try:
            with self._connection(built.url, clock) as connection:
                answer = connection.handle_request(
                    httpcore.Request(built.method, url, headers=built.headers.raw, content=built.read())
                )
                with closing(answer):
                    body, whole = _body(answer)
                headers = _headers(answer)
                content = decompress(body, headers.get("content-encoding", ""), MOST_BYTES) if whole else None
                return Answer(answer.status, headers, *(content or (body, whole)))
        except NameNotFoundError:
            return Failure.NAME_NOT_FOUND
        except AddressNotAllowedError:
            return Failure.ADDRESS_NOT_ALLOWED
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError) as error:
            return failure(error, plain=request.url.startswith("http:"))

    def _connection(self, url: httpx.URL, clock: Clock) -> _Connection:
        seconds = min(self._limits.connect_timeout, clock.seconds_left())
        if self._proxy:
            self._names.check_literal(url.host)
            host, port = self._proxy.url.host, self._proxy.url.port or PORTS[self._proxy.url.scheme]
            try:
                addresses = self._proxies.addresses(host, port, seconds)
            except NameNotFoundError:
                raise httpcore.ProxyError from None
            return httpcore.HTTPProxy(
                str(self._proxy.url),
                proxy_auth=self._proxy.raw_auth,
                ssl_context=self._tls,
                max_connections=1,
                network_backend=CheckedBackend(addresses, clock, seconds),
            )
        port = url.port or PORTS[url.scheme]
        addresses = self._names.addresses(url.host, port, clock.seconds_left())
        origin = httpcore.Origin(url.raw_scheme, url.raw_host, port)
        backend = CheckedBackend(addresses, clock, seconds)
        return httpcore.HTTPConnection(origin, ssl_context=self._tls, network_backend=backend)


def _headers(answer: httpcore.Response) -> dict[str, str]:
    """Return the headers; repeated ones are joined (RFC 9110 section 5.3)."""
    headers: dict[str, str] = {}
    for raw, content in answer.headers:
        name, value = raw.decode("latin-1").lower(), content.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _body(answer: httpcore.Response) -> tuple[bytes, bool]:
    body = b""
    for part in answer.iter_stream():
        body += part
        if len(body) > MOST_BYTES:
            return body[:MOST_BYTES], False
    return body, True


def _pause(outcome: Answer | Failure) -> float | None:
    if isinstance(outcome, Failure):
        return _SHORT_PAUSE if outcome in _TRY_AGAIN else None
    wait = outcome.headers.get("retry-after", "")
    busy = outcome.status == 429 or outcome.status >= 500  # noqa: PLR2004 - Too Many Requests, Server Error
    return int(wait) if busy and wait in _SHORT_WAITS else None
