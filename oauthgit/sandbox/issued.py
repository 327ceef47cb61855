"""What a tenant has handed out: authorization codes and tokens, as Authlib asks about them."""

import time
from typing import Any, Final, NamedTuple

CODE_LIFETIME: Final = 60
"""Seconds that a code is good for; RFC 6749 section 4.1.2 wants it to be short-lived."""

REFRESH_TOKEN_LIFETIME: Final = 86_400
"""Seconds that a refresh token is good for; an access token says so itself, in ``expires_in``."""


class Code(NamedTuple):
    """An authorization code, bound to the request that it answers; the client is the tenant that holds it."""

    code: str
    redirect_uri: str
    scope: str
    code_challenge: str | None
    code_challenge_method: str | None
    issued_at: int

    def get_redirect_uri(self) -> str:
        """Return the redirect URI of the authorization request, which the token request must repeat."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return what the user consented to."""
        return self.scope

    def is_expired(self) -> bool:
        """Tell whether the code has outlived its seconds."""
        return time.time() >= self.issued_at + CODE_LIFETIME


class Token(NamedTuple):
    """An access or refresh token, its times in seconds since the epoch; ``strings`` are all tokens of the same answer."""

    kind: str
    scope: str
    issued_at: int
    expires_at: int
    strings: tuple[str, ...]

    def get_scope(self) -> str:
        """Return the scope-tokens that were granted, parted by spaces."""
        return self.scope

    def check_client(self, _client: Any) -> bool:
        """Tell whether the token is the client's: always, for a tenant has one client and keeps its own tokens."""
        return True

    def is_expired(self) -> bool:
        """Tell whether the token has outlived its seconds."""
        return time.time() >= self.expires_at

    def is_revoked(self) -> bool:
        """Tell whether the token was revoked: never, for a revoked token is forgotten."""
        return False
