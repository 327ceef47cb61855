"""Implement tenants: authorization servers with exactly one client each.

Equal client ids in other tenants do not collide.
"""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import flask
from authlib.consts import default_json_headers
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from oauthgit.model.credential import Credential
from oauthgit.sandbox.client import Client, read_credentials
from oauthgit.sandbox.grants import S256, Introspection, Refresh, Revocation, UserLogin
from oauthgit.sandbox.issued import REFRESH_TOKEN_LIFETIME, Code, Token


class Endpoints(NamedTuple):
    """Hold the absolute URLs of a tenant."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    introspection_endpoint: str

    @classmethod
    def below(cls, issuer: str) -> "Endpoints":
        """Return the endpoints of an issuer."""
        return cls(issuer, f"{issuer}/authorize", f"{issuer}/token", f"{issuer}/revoke", f"{issuer}/introspect")


class Tenant(AuthorizationServer):  # type: ignore[misc] # Authlib has no types
    """Serve one client and everything issued to it, with the library's defaults.

    That is: only Basic, regardless of the client's configuration, decoding ``%XX`` but not ``+``; unknown scope
    tokens are dropped silently; no refresh tokens.
    """

    options: Mapping[str, Any] = {}

    def __init__(self, credential: Credential, endpoints: Endpoints) -> None:
        super().__init__()
        self.client = Client(credential)
        self.endpoints = endpoints
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.revoked: list[str] = []
        self.load_config(self.options)
        self.register_grant(ClientCredentialsGrant)
        self.register_grant(UserLogin, [S256(required=credential.require_pkce)])
        self.register_grant(Refresh)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)

    @property
    def token_endpoint_auth_method(self) -> str:
        """Return the only accepted authentication method."""
        return "client_secret_basic"

    def query_client(self, client_id: str | None) -> Client | None:
        """Return the tenant's client if ``client_id`` is its id."""
        return self.client if client_id == self.client.get_client_id() else None

    def save_token(self, token: dict[str, Any], _request: Any) -> None:
        """Save the tokens of an answer."""
        lifetimes = {"access_token": token["expires_in"], "refresh_token": REFRESH_TOKEN_LIFETIME}
        kinds = [kind for kind in lifetimes if kind in token]
        strings = tuple(token[kind] for kind in kinds)
        now = int(time.time())
        for kind in kinds:
            self.tokens[token[kind]] = Token(kind, token.get("scope", ""), now, now + lifetimes[kind], strings)

    def forget(self, token: Token) -> bool:
        """Invalidate a token and its siblings; return True to only one of two callers."""
        *others, last = token.strings
        for string in others:
            self.tokens.pop(string, None)
        return self.tokens.pop(last, None) is not None


class ClientRefusedError(InvalidClientError):  # type: ignore[misc] # Authlib has no types
    """Reject a client with 401 and a challenge.

    Sources: RFC 6749 section 5.2, RFC 9110 section 15.5.2.
    """

    status_code = 401

    def get_headers(self) -> list[tuple[str, str]]:
        """Return the headers of the answer."""
        return [*default_json_headers, ("WWW-Authenticate", 'Basic realm="oauthgit sandbox", charset="UTF-8"')]


class StrictTenant(Tenant):
    """Follow the standards exactly, even if the library is lenient or outdated."""

    options: Mapping[str, Any] = {
        "OAUTH2_REFRESH_TOKEN_GENERATOR": True,
        "OAUTH2_TOKEN_EXPIRES_IN": dict.fromkeys(("client_credentials", "authorization_code", "refresh_token"), 3600),
    }

    @property
    def token_endpoint_auth_method(self) -> str:
        """Return the method that the client is configured for."""
        return self.client.credential.token_endpoint_auth_method

    def create_oauth2_request(self, request: Any) -> Any:
        """Return the request for Authlib.

        Raises:
            InvalidRequestError: A parameter is repeated (RFC 6749 section 3.2); or a POST has parameters in its URL, or
                authenticates the client in two ways (section 2.3).
        """
        sent = flask.request
        if any(len(values) > 1 for parameters in (sent.args, sent.form) for _, values in parameters.lists()):
            raise InvalidRequestError("A parameter is sent more than once. Send it once.")
        if sent.method == "POST" and sent.args:
            raise InvalidRequestError("Parameters are in the URL, which logs contain. Send them in the body.")
        if "Authorization" in sent.headers and "client_secret" in sent.form:
            raise InvalidRequestError("The client authenticates in two ways. Send either the header or client_secret.")
        return super().create_oauth2_request(request)

    def get_token_grant(self, request: Any) -> Any:
        """Return the grant that answers a token request.

        Raises:
            InvalidRequestError: The request names no grant (RFC 6749 section 5.2).
            UnsupportedGrantTypeError: The grant is not supported.
        """
        if "grant_type" not in request.form:
            raise InvalidRequestError("The parameter grant_type is missing from the form-encoded body.")
        return super().get_token_grant(request)

    def authenticate_client(self, request: Any, _methods: Any, _endpoint: str = "token") -> Client:
        """Return the client if it authenticates in the configured way.

        Authlib's own method does not decode ``+``.

        Raises:
            ClientRefusedError: The authentication is missing, wrong, or uses another method.
        """
        shown = read_credentials(flask.request)
        if shown is None:
            raise ClientRefusedError("No readable client authentication was sent.")
        if self.query_client(shown.client_id) is None:
            raise ClientRefusedError("The client_id is not the one registered here. Check client_id.")
        if shown.method != self.token_endpoint_auth_method:
            raise ClientRefusedError(f"This client must authenticate by {self.token_endpoint_auth_method}.")
        if not self.client.check_client_secret(shown.client_secret):
            raise ClientRefusedError("The client secret is wrong.")
        request.auth_method = shown.method
        return self.client

    def validate_requested_scope(self, scope: str | None) -> None:
        """Check the scope of a request.

        Raises:
            InvalidScopeError: The scope contains a token that the client does not have.
        """
        if not set((scope or "").split()) <= set(self.client.credential.scopes):
            raise InvalidScopeError("The scope contains a token that this client does not have. Check scopes.")
