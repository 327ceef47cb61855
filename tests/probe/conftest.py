"""Real servers for smoke tests, from npm and PyPI, as child processes; certificates for the scripted one."""

from collections.abc import Iterator

import pytest
import trustme

from oauthgit.sandbox import start
from support.oauth_clients import CLIENTS
from support.real_servers import endpoints, serve_canaille, serve_npm
from support.server_roles import FIXTURES, ROLES, Roles, at, credential
from support.server_situations import SERVERS


@pytest.fixture(scope="session")
def oidc_provider() -> Iterator[str]:
    """Serve oidc-provider with opaque tokens on loopback and return its base URL."""
    with serve_npm("oidc_provider", "opaque") as base:
        yield base


@pytest.fixture(scope="session")
def oidc_provider_jwt() -> Iterator[str]:
    """Serve oidc-provider with JWTs as tokens, as it issues them for a resource server."""
    with serve_npm("oidc_provider", "jwt") as base:
        yield base


@pytest.fixture(scope="session")
def oidc_provider_par() -> Iterator[str]:
    """Serve oidc-provider with required pushed authorization requests (RFC 9126)."""
    with serve_npm("oidc_provider", "par") as base:
        yield base


@pytest.fixture(scope="session")
def better_auth() -> Iterator[str]:
    """Serve better-auth, without its limits of requests in a minute, as outside production."""
    with serve_npm("better_auth") as base:
        yield base


@pytest.fixture
def better_auth_limited() -> Iterator[str]:
    """Serve better-auth as in production: at most 20 requests a minute to the token endpoint, counted for this test."""
    with serve_npm("better_auth", "limited") as base:
        yield base


@pytest.fixture(scope="session")
def oauth2orize() -> Iterator[str]:
    """Serve oauth2orize with express and passport."""
    with serve_npm("oauth2orize") as base:
        yield base


@pytest.fixture(scope="session")
def jmondi() -> Iterator[str]:
    """Serve @jmondi/oauth2-server with express."""
    with serve_npm("jmondi_oauth2_server") as base:
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
    with serve_canaille(clients, folder) as base:
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
