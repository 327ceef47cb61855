"""The probe of a client that acts for a user, without a user: a made-up code is exchanged (RFC 6749 section 4.1.3).

A server that authenticates the client first answers ``invalid_grant`` to the right secret and ``invalid_client`` to a
wrong one. No token can come of it, and no user's code is burnt.
"""

import secrets

from oauthgit.model.credential import Credential
from oauthgit.probe.ask.authentication import authenticated
from oauthgit.probe.ask.request import Request

CODE = "oauthgit-smoke-invalid-code"


def request(credential: Credential) -> Request:
    """Return the request; with PKCE it carries a fresh verifier of 43 characters (RFC 7636 section 4.1)."""
    form = {"grant_type": "authorization_code", "code": CODE, "redirect_uri": credential.redirect_uri}
    verifier = {"code_verifier": secrets.token_urlsafe(32)} if credential.require_pkce else {}
    return authenticated(credential, credential.token_endpoint, form | verifier)
