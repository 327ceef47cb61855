"""Real servers for smoke tests, from npm and PyPI, as child processes; certificates for the scripted one."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from oauthgit.sandbox import start
from support.npm import installed
from support.oauth_clients import CLIENTS
from support.paths import REPOSITORY
from support.real_servers import endpoints
from support.server_roles import FIXTURES, ROLES, Roles, at, credential
from support.server_situations import SERVERS

SUPPORT = REPOSITORY / "tests/support"
CANAILLE = SUPPORT / "canaille_server/server.py"


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


def _from_npm(server: str, kind: str = "") -> AbstractContextManager[str]:
    """Serve the server in a folder of ``tests/support``; it needs node 20 or newer."""
    return _served(["node", "server.mjs"], {"kind": kind, "clients": CLIENTS}, installed(server))


@pytest.fixture(scope="session")
def oidc_provider() -> Iterator[str]:
    """Serve oidc-provider with opaque tokens on loopback and return its base URL."""
    with _from_npm("oidc_provider", "opaque") as base:
        yield base


@pytest.fixture(scope="session")
def oidc_provider_jwt() -> Iterator[str]:
    """Serve oidc-provider with JWTs as tokens, as it issues them for a resource server."""
    with _from_npm("oidc_provider", "jwt") as base:
        yield base


@pytest.fixture(scope="session")
def oidc_provider_par() -> Iterator[str]:
    """Serve oidc-provider with required pushed authorization requests (RFC 9126)."""
    with _from_npm("oidc_provider", "par") as base:
        yield base


@pytest.fixture(scope="session")
def better_auth() -> Iterator[str]:
    """Serve better-auth, without its limits of requests in a minute, as outside production."""
    with _from_npm("better_auth") as base:
        yield base


@pytest.fixture
def better_auth_limited() -> Iterator[str]:
    """Serve better-auth as in production: at most 20 requests a minute to the token endpoint, counted for this test."""
    with _from_npm("better_auth", "limited") as base:
        yield base


@pytest.fixture(scope="session")
def oauth2orize() -> Iterator[str]:
    """Serve oauth2orize with express and passport."""
    with _from_npm("oauth2orize") as base:
        yield base


@pytest.fixture(scope="session")
def jmondi() -> Iterator[str]:
    """Serve @jmondi/oauth2-server with express."""
    with _from_npm("jmondi_oauth2_server") as base:
        yield base


@pytest.fixture(scope="session")
def canaille(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve canaille on loopback and yield its base URL; its scopes are fixed, so services use ``profile``."""
    clients = [
        {
            **client,
            "scope": ["openid", "profile", "email"],
            "response_types": ["code"] if client["redirect_uris"] else [],
        }
        for client in CLIENTS
    ]
    for client in clients:
        client.pop("application_type", None)
    folder = tmp_path_factory.mktemp("canaille")
    with _served([sys.executable, "-W", "ignore", str(CANAILLE)], clients, folder) as base:
        yield base


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Create a certificate authority."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of the authority's certificate, for ``ca_file``."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture(scope="session", params=SERVERS)
def roles(request: pytest.FixtureRequest) -> Iterator[Roles]:
    """Serve one of the real servers and return its roles."""
    name = request.param
    if name in {"sandbox", "stock"}:
        with start([credential(role) for role in ROLES], stock=name == "stock") as running:
            own = dict(zip(ROLES, running.endpoints, strict=True))
            yield at(own.__getitem__, "api.read")
    else:
        there = endpoints(FIXTURES[name], request.getfixturevalue(FIXTURES[name]))
        yield at(lambda _: there, "profile" if name == "canaille" else "api.read")
