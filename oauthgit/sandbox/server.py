"""Serve the sandbox in a thread on loopback until it is stopped."""

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
        # Authlib rejects plain http unless the Host header, which anyone may set, names loopback.
        # The connection itself is loopback here, so requests are marked as secure.
        return super().make_environ() | {"wsgi.url_scheme": "https"}

    def log(self, *_: Any) -> None:
        """Write nothing, because request lines may contain secrets."""


class Sandbox:
    """Represent a running authorization server; stop it at the end of ``with``.

    ``base`` is its URL, ``endpoints`` are parallel to the credentials it was started with, ``log`` has an entry for
    every answered request.
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
        """Return the number of revoked tokens."""
        return sum(len(tenant.revoked) for tenant in self._tenants)

    def stop(self) -> None:
        """Stop serving and free the port within a tenth of a second; may be called twice."""
        self._server.shutdown()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(credentials: Sequence[Credential], *, port: int = 0, stock: bool = False) -> Sandbox:
    """Start an authorization server on loopback with the client of each credential.

    Each credential has its own tenant, so that equal client ids do not collide. Port 0 selects any free one. The
    server is strict: it follows the standards exactly, and accepts each client only as it is configured. With
    ``stock`` it uses the defaults of the library (see :class:`~oauthgit.sandbox.tenant.Tenant`).

    Raises:
        OSError: The port is in use or not allowed.
    """
    # At DEBUG, Authlib logs the tokens it issues.
    logging.getLogger("authlib").setLevel(logging.WARNING)
    # Use our own socket, because werkzeug prints and ends the process if a port is in use.
    with socket.create_server((HOST, port), backlog=512) as listening:
        base = f"http://{HOST}:{listening.getsockname()[1]}"
        kind = Tenant if stock else StrictTenant
        tenants = [kind(credential, Endpoints.below(f"{base}/c/{n}")) for n, credential in enumerate(credentials)]
        log: list[Entry] = []
        app = build({str(n): tenant for n, tenant in enumerate(tenants)}, log)
        server = make_server(HOST, port, app, threaded=True, request_handler=_Handler, fd=listening.fileno())
    return Sandbox(server, tenants, log)
