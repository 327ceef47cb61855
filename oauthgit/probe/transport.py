"""The transport below httpx: one connection per request, to an address that was checked first."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence

import httpcore
import httpx

from oauthgit.probe.address import LOOPBACK, allowed
from oauthgit.probe.limits import Limits

_MOST_ADDRESSES = 4
_Connection = httpcore.AsyncHTTPConnection | httpcore.AsyncHTTPProxy


class NameNotFoundError(Exception):
    """The host's name has no address."""


class AddressNotAllowedError(Exception):
    """The host has no address that may be connected to."""


class Transport(httpx.AsyncBaseTransport):
    """Opens a connection of its own for every request: httpx's pool is slow, and it connects where DNS says.

    The name stays in SNI, Host and certificate check. Raises OSError where ``limits.ca_file`` cannot be read.
    """

    def __init__(self, limits: Limits) -> None:
        """Load the certificate authorities once, for all connections."""
        self._networks = limits.networks + (LOOPBACK if limits.sandbox else ())
        self._proxy = httpx.Proxy(limits.proxy) if limits.proxy and not limits.sandbox else None
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self._tls.keylog_filename = None  # type: ignore[assignment] # typeshed knows no way to switch it off
        if limits.ca_data:
            self._tls.load_verify_locations(cadata=limits.ca_data)
        elif limits.ca_file:
            self._tls.load_verify_locations(limits.ca_file)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request``; raise this module's errors, or those of httpcore.

        The body of the answer must be closed, which closes the connection.
        """
        connection = await self._connection(request.url)
        try:
            answer = await connection.handle_async_request(
                httpcore.Request(
                    request.method,
                    str(request.url),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except BaseException:
            await connection.aclose()
            raise
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer, connection))

    async def _connection(self, url: httpx.URL) -> _Connection:
        port = url.port or {"https": 443, "http": 80}[url.scheme]
        if self._proxy:
            if _is_address(url.host) and not allowed(url.host, self._networks):
                raise AddressNotAllowedError
            return httpcore.AsyncHTTPProxy(
                str(self._proxy.url), proxy_auth=self._proxy.raw_auth, ssl_context=self._tls, max_connections=1
            )
        addresses = await _addresses(url.host, port, self._networks)
        origin = httpcore.Origin(url.raw_scheme, url.raw_host, port)
        return httpcore.AsyncHTTPConnection(origin, ssl_context=self._tls, network_backend=_Checked(addresses))


class _Checked(httpcore.AnyIOBackend):
    """Connects to the addresses it was given, whatever name it is asked for."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the name was resolved and checked before
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        share = timeout and timeout / len(self._addresses)
        for address in self._addresses[:-1]:
            try:
                return await super().connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await super().connect_tcp(self._addresses[-1], port, share, local_address, socket_options)


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response, connection: _Connection) -> None:
        self._answer = answer
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._answer.aclose()
        await self._connection.aclose()


async def _addresses(host: str, port: int, networks: Sequence[str]) -> Sequence[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NameNotFoundError from None
    names = dict.fromkeys(str(address[0]) for *_, address in found)
    usable = [name for name in names if allowed(name, networks)]
    if not usable:
        raise AddressNotAllowedError
    return usable[:_MOST_ADDRESSES]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
