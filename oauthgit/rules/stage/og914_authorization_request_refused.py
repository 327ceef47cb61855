"""Document OG914: an authorization request that is refused."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The authorization endpoint refuses the request, and a user login may fail.

There are two cases. Either the endpoint redirected to the redirect URI with `invalid_request`, with PKCE and without.
Then the client is registered, but the server requires something that a plain link does not have, such as pushed
authorization requests (RFC 9126), a signed request (RFC 9101) or a parameter of its own. Or it showed an error page to
`prompt=none` and a login page without it. Then it does not support that prompt, or the client or its redirect URI is
not registered.

The message names the case. Compare the settings with the client's registration; a parameter can be part of the query of
`authorization_endpoint`. Log in once as a user to be sure.
"""

RULE = stage_rule("OG914", "authorization-request-refused", Severity.WARNING, stage="probe", documentation=_PAGE)
