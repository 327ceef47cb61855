"""Endpoints of the real authorization servers that tests start as child processes."""

from oauthgit.sandbox import Endpoints


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
