"""The authorization endpoint refuses the request, and a user login may fail.

Either it redirected to the redirect URI with `invalid_request`, with PKCE and without: then the client is known, but the
server demands something that a plain link does not have, such as pushed authorization requests (RFC 9126), a signed
request (RFC 9101), or a parameter of its own. Or it showed an error page to `prompt=none` and a login page without it:
then it does not know that prompt, or the client or its redirect URI are not registered.

The message says which. Compare with the client's registration; a parameter can stand in the query of
`authorization_endpoint`. Log a user in once to be sure.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG914", "authorization-request-refused", Severity.WARNING, stage="probe", documentation=__doc__)
