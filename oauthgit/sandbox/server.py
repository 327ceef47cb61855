"""Serving the sandbox: a thread on loopback that ends when it is told to."""

import logging
import socket
import threading
from collections.abc import Sequence
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from oauthgit.model.credential import Credential
from oauthgit.sandbox.app import Entry, build
from oauthgit.sandbox.tenant import Endpoints, StrictTenant, Tenant

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    timeout = 10

    def make_environ(self) -> dict[str, Any]:
        # Authlib refuses plain http to hosts it does not take for loopback, by a Host header that anyone may write.
        # Here the connection itself is loopback, so requests are presented as the secure ones they amount to.
        return super().make_environ() | {"wsgi.url_scheme": "https"}

    def log(self, *_: Any) -> None:
        """Write nothing: request lines may hold what should not be there."""


class Sandbox:
    """A running authorization server.

    ``base`` is its URL, ``endpoints`` are parallel to the credentials it was started with, ``log`` has an entry for
    every answered request. Leaving the ``with`` block stops it.
    """

    def __init__(self, server: BaseWSGIServer, tenants: Sequence[Tenant], log: list[Entry]) -> None:
        self.base = f"http://{HOST}:{server.port}"
        self.endpoints = tuple(tenant.endpoints for tenant in tenants)
        self.log = log
        self._tenants = tenants
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="oauthgit-sandbox", daemon=True)
        self._thread.start()

    @property
    def revoked(self) -> int:
        """How many tokens were revoked."""
        return sum(len(tenant.revoked) for tenant in self._tenants)

    def stop(self) -> None:
        """Stop serving and free the port, within a tenth of a second; stopping twice does no harm."""
        self._server.shutdown()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(credentials: Sequence[Credential], *, port: int = 0, stock: bool = False) -> Sandbox:
    """Start an authorization server on loopback that knows the client of each credential, and return it running.

    Each credential has a tenant of its own, so that equal client ids do not mix. Port 0 takes any free one. The server
    is strict: it takes the standards at their word, and each client only as it is configured. With ``stock`` it does
    as the library does by default (see :class:`~oauthgit.sandbox.tenant.Tenant`).

    Raises:
        OSError: The port is in use or may not be taken.

    """
    # At DEBUG Authlib writes the tokens it issues.
    logging.getLogger("authlib").setLevel(logging.WARNING)
    # A socket of our own, for werkzeug would print and end the process where a port is in use.
    with socket.create_server((HOST, port), backlog=512) as listening:
        base = f"http://{HOST}:{listening.getsockname()[1]}"
        kind = Tenant if stock else StrictTenant
        tenants = [kind(credential, Endpoints.below(f"{base}/c/{n}")) for n, credential in enumerate(credentials)]
        log: list[Entry] = []
        app = build({str(n): tenant for n, tenant in enumerate(tenants)}, log)
        server = make_server(HOST, port, app, threaded=True, request_handler=_Handler, fd=listening.fileno())
    return Sandbox(server, tenants, log)
