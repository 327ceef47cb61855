"""Document OG914: an authorization request that is refused."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The authorization endpoint refuses the request, so a user login fails.

The endpoint redirected to the redirect URI with `invalid_request`, with PKCE and without. The client is registered, but
the server requires something that a plain link does not have, such as pushed authorization requests (RFC 9126), a
signed request (RFC 9101) or a parameter of its own.

Compare the settings with the client's registration; a parameter can be part of the query of `authorization_endpoint`.
"""

RULE = stage_rule("OG914", "authorization-request-refused", Severity.ERROR, stage="probe", documentation=_PAGE)
