"""The probe of a client that acts for itself: a real request for a token (RFC 6749 section 4.4.2)."""

from oauthgit.model.credential import Credential
from oauthgit.probe.ask.authentication import authenticated
from oauthgit.probe.ask.request import Request


def request(credential: Credential) -> Request:
    """Return the request for a token with the configured scopes; without any, the parameter is left out."""
    scope = {"scope": " ".join(credential.scopes)} if credential.scopes else {}
    return authenticated(credential, credential.token_endpoint, {"grant_type": "client_credentials"} | scope)
