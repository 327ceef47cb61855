"""Adapt Authlib's grants and token endpoints to the codes and tokens of a tenant.

Authlib creates each class here for one request (grants) or one tenant (endpoints). The tenant is ``self.server``.
Authlib has no types, so its base classes are ignored by mypy.
"""

import time
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from oauthgit.sandbox.client import Client
from oauthgit.sandbox.issued import Code, Token

USER = "sandbox-user"
"""The only user, who consents to everything."""


class UserLogin(AuthorizationCodeGrant):  # type: ignore[misc]
    """Implement the authorization code grant (RFC 6749 section 4.1).

    Each code is valid once.
    """

    @classmethod
    def check_authorization_endpoint(cls, _request: Any) -> bool:
        """Accept every authorization request.

        Invalid requests are rejected later, in the order of client and redirect URI.
        """
        return True

    def validate_authorization_request(self) -> str:
        """Return the redirect URI for the answer.

        Raises:
            OAuth2Error: The request is rejected; without ``redirect_uri`` if the user must not be redirected (RFC 6749 section
                4.1.2.1).
        """
        payload = self.request.payload
        client = self.server.query_client(payload.client_id)
        if client is None:
            raise InvalidRequestError("The client_id is not the one registered here. Check client_id.")
        redirect_uri: str = payload.redirect_uri
        if not client.check_redirect_uri(redirect_uri):
            raise InvalidRequestError("The redirect_uri is not, character by character, the registered one.")
        if payload.response_type != "code":
            raise OAuth2Error(
                "Only response_type=code is supported.", error="unsupported_response_type", redirect_uri=redirect_uri
            )
        super().validate_authorization_request()
        return redirect_uri

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Save a code with everything it is bound to."""
        challenge = request.payload.data
        self.server.codes[code] = Code(
            code=code,
            redirect_uri=request.payload.redirect_uri,
            scope=request.scope,
            code_challenge=challenge.get("code_challenge"),
            code_challenge_method=challenge.get("code_challenge_method"),
            issued_at=int(time.time()),
        )

    def query_authorization_code(self, code: str, _client: Client) -> Code | None:
        """Return the data of a code, or None if it is unknown, used or expired."""
        found: Code | None = self.server.codes.get(code)
        return None if found is None or found.is_expired() else found

    def authenticate_user(self, authorization_code: Code) -> str | None:
        """Return the user for a code, only once.

        All checks are passed, so the code is removed here. Of two requests, only one gets it.
        """
        return USER if self.server.codes.pop(authorization_code.code, None) else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Do nothing: :meth:`authenticate_user` removed the code before."""


class Refresh(RefreshTokenGrant):  # type: ignore[misc]
    """Implement the refresh token grant (RFC 6749 section 6).

    Each refresh token is valid once.
    """

    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        """Return the token if it is a valid refresh token."""
        token: Token | None = self.server.tokens.get(refresh_token)
        return token if token and token.kind == "refresh_token" and not token.is_expired() else None

    def authenticate_user(self, refresh_token: Token) -> str:
        """Return the user for a refresh token, only once.

        All checks are passed, so the old token and its siblings are removed here.

        Raises:
            InvalidGrantError: Another request was faster.
        """
        if not self.server.forget(refresh_token):
            raise InvalidGrantError("The refresh token was used already.")
        return USER

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Do nothing: :meth:`authenticate_user` removed the old token before."""


class S256(CodeChallenge):  # type: ignore[misc]
    """Implement PKCE (RFC 7636) with S256 only, required if the client requires it.

    Authlib requires it of public clients.
    """

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str | None) -> None:
        """Check the challenge of an authorization request.

        Raises:
            InvalidRequestError: It is missing although the client requires PKCE, or its method is not S256.
        """
        sent = grant.request.payload.data
        wanted = self.required or sent.get("code_challenge") or sent.get("code_challenge_method")
        if wanted and sent.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Send a code_challenge with code_challenge_method=S256 (RFC 7636 section 4.3).")
        super().validate_code_challenge(grant, redirect_uri)


class _OfTenant:
    """Share the token lookup of both token endpoints; ``token_type_hint`` is ignored."""

    server: Any

    def check_params(self, request: Any, _client: Client) -> None:
        if "token" not in request.form:
            raise InvalidRequestError("The parameter token is missing.")

    def query_token(self, token_string: str, _token_type_hint: str | None) -> Token | None:
        found: Token | None = self.server.tokens.get(token_string)
        return found


class Revocation(_OfTenant, RevocationEndpoint):  # type: ignore[misc]
    """Implement token revocation (RFC 7009), with all tokens of the same answer."""

    def revoke_token(self, token: Token, _request: Any) -> None:
        """Remove a token and its siblings."""
        self.server.forget(token)
        self.server.revoked.append(token.kind)


class Introspection(_OfTenant, IntrospectionEndpoint):  # type: ignore[misc]
    """Implement token introspection (RFC 7662) for the client of the token."""

    def check_permission(self, _token: Token, _client: Client, _request: Any) -> bool:
        """Return True: the client may introspect every token of its tenant."""
        return True

    def introspect_token(self, token: Token) -> dict[str, str | int | bool]:
        """Return the data of a valid token."""
        return {
            "active": True,
            "client_id": self.server.client.get_client_id(),
            "token_type": "Bearer",
            "scope": token.scope,
            "iat": token.issued_at,
            "exp": token.expires_at,
            "iss": self.server.endpoints.issuer,
        }
