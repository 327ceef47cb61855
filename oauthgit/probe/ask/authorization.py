"""The probe of the authorization endpoint, without a user and without a secret (RFC 6749 section 4.1.1).

``prompt=none`` (OpenID Connect Core section 3.1.2.1) asks for an answer at once, and nobody is logged in: a server that
knows the client and its redirect URI redirects there with an error such as ``login_required``.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

from oauthgit.model.credential import Login
from oauthgit.probe.ask.request import Request


def request(login: Login, *, prompt: bool = True) -> Request:
    """Return the request as it is configured, with a fresh state, and with PKCE a challenge of a fresh verifier.

    What stands in the endpoint's query stays there (section 3.1), except for a prompt of its own.
    """
    endpoint, _, query = login.authorization_endpoint.partition("?")
    kept = {name: value for name, value in parse_qsl(query, keep_blank_values=True) if name != "prompt"}
    sent = {
        "response_type": "code",
        "client_id": login.client_id,
        "redirect_uri": login.redirect_uri,
        **({"scope": " ".join(login.scopes)} if login.scopes else {}),
        "state": secrets.token_urlsafe(16),
        **({"prompt": "none"} if prompt else {}),
        **(_challenge() if login.require_pkce else {}),
    }
    return Request(f"{endpoint}?{urlencode({**kept, **sent}, quote_via=quote)}")


def _challenge() -> Mapping[str, str]:
    """Return the challenge of a fresh verifier by S256 (RFC 7636 section 4.2); the verifier is not needed again."""
    digest = hashlib.sha256(secrets.token_urlsafe(32).encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return {"code_challenge": challenge, "code_challenge_method": "S256"}
