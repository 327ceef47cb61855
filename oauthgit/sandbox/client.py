"""Represent a credential as the only client of a tenant."""

from typing import NamedTuple
from urllib.parse import unquote_plus

from flask import Request

from oauthgit.model.credential import Credential


class Client(NamedTuple):
    """Implement the client interface of Authlib for a credential."""

    credential: Credential

    def get_client_id(self) -> str:
        """Return the client's id."""
        return self.credential.client_id

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return the requested scope tokens that the client has.

        Without a requested scope, all its scope tokens are returned.
        """
        requested = scope.split() if scope else self.credential.scopes
        return " ".join(word for word in requested if word in self.credential.scopes)

    def check_client_secret(self, text: str) -> bool:
        """Return True if ``text`` is the client's secret."""
        return self.credential.secret.matches(text)

    def check_redirect_uri(self, redirect_uri: str | None) -> bool:
        """Return True for the registered redirect URI, compared character by character.

        Source: RFC 9700 section 2.1.
        """
        return redirect_uri == self.credential.redirect_uri

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Return True if the library's own authentication may use ``method``: Basic only."""
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        """Return True if the client may send its users to the authorization endpoint."""
        return response_type == "code" and self.credential.grant == "authorization_code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Return True if the client may use a grant.

        A client that logs users in may use refresh tokens.
        """
        return grant_type == self.credential.grant or (
            grant_type == "refresh_token" and self.credential.grant == "authorization_code"
        )


class PresentedCredentials(NamedTuple):
    """Hold the client authentication of a request; the secret is never printed."""

    method: str
    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"Presented({self.method})"


def read_credentials(request: Request) -> PresentedCredentials | None:
    """Return the form-decoded credentials of a request, or None without readable ones.

    Source: RFC 6749 section 2.3.1.
    """
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        return PresentedCredentials(
            "client_secret_basic", unquote_plus(basic.username or ""), unquote_plus(basic.password or "")
        )
    if "client_secret" in request.form:
        return PresentedCredentials(
            "client_secret_post", request.form.get("client_id", ""), request.form["client_secret"]
        )
    return None
