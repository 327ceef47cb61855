"""Cleaning up: a token that a probe obtained is revoked (RFC 7009)."""

from oauthgit.model.credential import Credential
from oauthgit.probe.ask.authentication import authenticated
from oauthgit.probe.ask.request import Request


def request(token: str, credential: Credential, kind: str = "access_token") -> Request:
    """Return the request; the client's secret goes along, so the plan sets the endpoint only where it may go.

    ``kind`` is ``access_token`` or ``refresh_token``.
    """
    form = {"token": token, "token_type_hint": kind}
    return authenticated(credential, credential.revocation_endpoint or "", form)
