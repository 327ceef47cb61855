"""Clients that are registered at the real authorization servers of the tests."""

from typing import Any

REDIRECT_URI = "http://localhost/oauth-callback"
HARD_SECRET = ": % + & space = / ' \" \\ ~"
LOOKS_ENCODED = "c2Vj%41cmV0+/=="


def _service(client_id: str, secret: str, method: str = "client_secret_basic") -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_secret": secret,
        "grant_types": ["client_credentials"],
        "redirect_uris": [],
        "response_types": [],
        "scope": "api.read",
        "token_endpoint_auth_method": method,
    }


def _login(client_id: str, secret: str, method: str = "client_secret_basic") -> dict[str, Any]:
    return {
        "client_id": client_id,
        "client_secret": secret,
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": [REDIRECT_URI],
        "application_type": "native",
        "scope": "openid api.read offline_access",
        "token_endpoint_auth_method": method,
    }


CLIENTS = [
    _service("A", "secret-of-a"),
    _service("B", "secret-of-b", "client_secret_post"),
    _service("D", HARD_SECRET),
    _service("E", LOOKS_ENCODED),
    _login("C", "secret-of-c"),  # requires PKCE, unlike the next one
    _login("N", "secret-of-n", "client_secret_post"),
]
