"""The real authorization servers that tests start as child processes, and their endpoints."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from oauthgit.sandbox import Endpoints
from support.npm import installed
from support.oauth_clients import CLIENTS
from support.paths import REPOSITORY

_CANAILLE = REPOSITORY / "tests/support/canaille_server/server.py"


def endpoints(fixture: str, base: str) -> Endpoints:
    """Return the endpoints of the server that ``fixture`` serves at ``base``; one that a server lacks answers 404."""
    issuer, *paths = _PATHS[fixture]
    return Endpoints(base + issuer, *(base + path for path in paths))


_OIDC_PROVIDER = ("", "/auth", "/token", "/token/revocation", "/token/introspection")
_BETTER_AUTH = (
    "/api/auth",
    "/api/auth/oauth2/authorize",
    "/api/auth/oauth2/token",
    "/api/auth/oauth2/revoke",
    "/api/auth/oauth2/introspect",
)
_PATHS = {
    "oidc_provider": _OIDC_PROVIDER,
    "oidc_provider_jwt": _OIDC_PROVIDER,
    "oidc_provider_par": _OIDC_PROVIDER,
    "better_auth": _BETTER_AUTH,
    "better_auth_limited": _BETTER_AUTH,
    "oauth2orize": ("", "/dialog/authorize", "/oauth/token", "/oauth/revoke", "/oauth/introspect"),
    "jmondi": ("", "/authorize", "/token", "/token/revoke", "/token/introspect"),
    "canaille": ("", "/oauth/authorize", "/oauth/token", "/oauth/revoke", "/oauth/introspect"),
}


@contextmanager
def _served(command: list[str], given: Any, folder: Path) -> Iterator[str]:
    """Start a server that reads JSON from standard input and prints its port; yield its base URL, and stop it."""
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        late = threading.Timer(30, process.kill)
        late.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(given))
            process.stdin.close()
            port = process.stdout.readline().strip()
            late.cancel()
            assert port, f"{command[0]} did not start within 30 seconds"
            yield f"http://127.0.0.1:{port}"
        finally:
            late.cancel()
            process.kill()


def serve_npm(server: str, kind: str = "", clients: Sequence[dict[str, Any]] = CLIENTS) -> AbstractContextManager[str]:
    """Serve the server in a folder of ``tests/support``; it needs node 20 or newer."""
    return _served(["node", "server.mjs"], {"kind": kind, "clients": clients}, installed(server))


def serve_canaille(clients: Sequence[dict[str, Any]], folder: Path) -> AbstractContextManager[str]:
    """Serve canaille, in which the user ``person`` has the password ``person``."""
    return _served([sys.executable, "-W", "ignore", str(_CANAILLE)], clients, folder)
