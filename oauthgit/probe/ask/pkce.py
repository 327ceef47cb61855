"""The probe of PKCE: the same authorization request the other way, without the challenge or with one (RFC 7636).

A server that demands PKCE refuses the request without a challenge (section 4.4.1); one that answers ``login_required``
to it does not demand it.
"""

from oauthgit.model.credential import Login
from oauthgit.probe.ask import authorization
from oauthgit.probe.ask.request import Request


def request(login: Login) -> Request:
    """Return the request with PKCE where it is configured without, and the other way round."""
    return authorization.request(login._replace(require_pkce=not login.require_pkce))
