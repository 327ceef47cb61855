"""Represent issued authorization codes and tokens, in the interface of Authlib."""

import time
from typing import Any, Final, NamedTuple

CODE_LIFETIME: Final = 60
"""The lifetime of a code in seconds; RFC 6749 section 4.1.2 requires a short one."""

REFRESH_TOKEN_LIFETIME: Final = 86_400
"""The lifetime of a refresh token in seconds; that of an access token is in ``expires_in``."""


class Code(NamedTuple):
    """Represent an authorization code, bound to its request.

    Its client is that of the tenant.
    """

    code: str
    redirect_uri: str
    scope: str
    code_challenge: str | None
    code_challenge_method: str | None
    issued_at: int

    def get_redirect_uri(self) -> str:
        """Return the redirect URI of the authorization request.

        The token request must repeat it.
        """
        return self.redirect_uri

    def get_scope(self) -> str:
        """Return the scope of the user's consent."""
        return self.scope

    def is_expired(self) -> bool:
        """Return True if the code is expired."""
        return time.time() >= self.issued_at + CODE_LIFETIME


class Token(NamedTuple):
    """Represent an access or refresh token.

    Times are in seconds since the epoch; ``strings`` are all tokens of the same answer.
    """

    kind: str
    scope: str
    issued_at: int
    expires_at: int
    strings: tuple[str, ...]

    def get_scope(self) -> str:
        """Return the granted scope tokens, separated by spaces."""
        return self.scope

    def check_client(self, _client: Any) -> bool:
        """Return True: a tenant has one client and its own tokens."""
        return True

    def is_expired(self) -> bool:
        """Return True if the token is expired."""
        return time.time() >= self.expires_at

    def is_revoked(self) -> bool:
        """Return False: a revoked token is removed."""
        return False
