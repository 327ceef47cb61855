"""The probe of a token: what the server says of it (RFC 7662), where the answer that gave it left its scope open."""

from oauthgit.model.credential import Credential
from oauthgit.probe.ask.authentication import authenticated
from oauthgit.probe.ask.request import Request


def request(token: str, credential: Credential) -> Request:
    """Return the request; the client's secret goes along, so the plan sets the endpoint only where it may go."""
    form = {"token": token, "token_type_hint": "access_token"}
    return authenticated(credential, credential.introspection_endpoint or "", form)
