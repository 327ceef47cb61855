"""Roles of clients at the real servers, and the fixtures that serve these."""

from collections.abc import Callable

from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.sandbox import Endpoints
from support.oauth_clients import REDIRECT_URI
from support.server_situations import BASIC, POST, SECRETS, Role

Roles = Callable[[str], Role]

FIXTURES = {
    "opaque": "oidc_provider",
    "jwt": "oidc_provider_jwt",
    "par": "oidc_provider_par",
    "canaille": "canaille",
    "better_auth": "better_auth",
    "oauth2orize": "oauth2orize",
    "jmondi": "jmondi",
}

_SERVICE = "client_credentials"
_LOGIN = "authorization_code"
ROLES = {
    "service": ("A", "secret-of-a", BASIC, _SERVICE),
    "post": ("B", "secret-of-b", POST, _SERVICE),
    "hard": ("D", SECRETS["hard"], BASIC, _SERVICE),
    "encoded": ("E", SECRETS["encoded"], BASIC, _SERVICE),
    "login": ("C", "secret-of-c", BASIC, _LOGIN),
    "login by post": ("N", "secret-of-n", POST, _LOGIN),
}


def at(endpoints: Callable[[str], Endpoints], scope: str) -> Roles:
    """Return the roles at a server; ``endpoints`` are those of a role."""

    def role(name: str) -> Role:
        client_id, secret, method, _ = ROLES[name]
        own = endpoints(name)
        return Role(
            own.token_endpoint,
            own.authorization_endpoint,
            own.introspection_endpoint,
            client_id,
            secret,
            method,
            scope,
        )

    return role


def credential(name: str) -> Credential:
    client_id, secret, method, grant = ROLES[name]
    return Credential(
        token_endpoint="https://crm.example.com/token",
        client_id=client_id,
        secret=Secret(secret),
        token_endpoint_auth_method=method,
        grant=grant,
        scopes=("api.read",),
        redirect_uri=REDIRECT_URI,
        require_pkce=name != "login by post",
        users=(),
    )
