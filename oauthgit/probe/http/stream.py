"""Connect sockets for httpcore with one deadline per request."""

import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import httpcore


class Clock:
    """Hold the deadline of a request, by the monotonic clock.

    :meth:`stop` ends it at once, also for a thread that waits on the connection.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._socket: socket.socket | None = None

    def seconds_left(self) -> float:
        """Return the remaining seconds; raise TimeoutError if there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def watch(self, connection: socket.socket) -> None:
        """Set the connection that :meth:`stop` shuts down."""
        self._socket = connection

    def stop(self) -> None:
        """End the time, and wake up the waiting thread; other threads may call it."""
        self._end = 0.0
        connection = self._socket
        if connection is not None:
            with suppress(
                OSError
            ):  # the plain socket's method: that of TLS would drop its state while the reader uses it
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class Stream(httpcore.NetworkStream):
    """Represent a connection with the deadline of its request."""

    def __init__(self, connection: socket.socket, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        clock.watch(connection)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the clock decides
        """Return the received bytes, at most ``max_bytes``."""
        with _as(httpcore.ReadTimeout, httpcore.ReadError):
            self._connection.settimeout(self._clock.seconds_left())
            return self._connection.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the clock decides
        """Send all of ``buffer``."""
        with _as(httpcore.WriteTimeout, httpcore.WriteError):
            self._connection.settimeout(self._clock.seconds_left())
            self._connection.sendall(buffer)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the clock decides
    ) -> "Stream":
        """Return the connection with TLS.

        ``server_hostname`` is sent as SNI and checked in the certificate.
        """
        with _as(httpcore.ConnectTimeout, httpcore.ConnectError):
            secured = ssl_context.wrap_socket(
                self._connection, server_hostname=server_hostname, do_handshake_on_connect=False
            )
            stream = Stream(secured, self._clock)
            try:
                secured.settimeout(self._clock.seconds_left())
                secured.do_handshake()
            except BaseException:
                stream.close()
                raise
            return stream

    def get_extra_info(self, info: str) -> Any:
        """Return the TLS object or the socket, for httpcore."""
        if info == "ssl_object":
            return self._connection if isinstance(self._connection, ssl.SSLSocket) else None
        return self._connection if info == "socket" else None


class CheckedBackend(httpcore.NetworkBackend):
    """Connect to the given addresses instead of a name.

    Each address has an equal share of the time.
    """

    def __init__(self, addresses: Sequence[str], clock: Clock, seconds: float) -> None:
        self._addresses = addresses
        self._clock = clock
        self._seconds = seconds

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the name was resolved and checked before
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the clock decides
        local_address: str | None = None,  # noqa: ARG002 - the signature is httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - the signature is httpcore's
    ) -> Stream:
        """Return a connection to the first address that accepts one."""
        share = self._seconds / len(self._addresses)
        for address in self._addresses[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._to(address, port, share)
        return self._to(self._addresses[-1], port, share)

    def _to(self, address: str, port: int, seconds: float) -> Stream:
        connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        stream = Stream(connection, self._clock)
        try:
            with _as(httpcore.ConnectTimeout, httpcore.ConnectError):
                connection.settimeout(min(seconds, self._clock.seconds_left()))
                connection.connect((address, port))
        except BaseException:
            stream.close()
            raise
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return stream


@contextmanager
def _as(late: type[Exception], broken: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise late from error
    except OSError as error:
        raise broken from error
