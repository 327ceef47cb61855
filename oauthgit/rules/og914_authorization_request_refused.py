"""The authorization endpoint knows the client, but refuses the request.

It redirected to the redirect URI with `invalid_request`, with PKCE and without. The credentials work, and a user login
may still fail: the server demands something that a plain link does not have, such as pushed authorization requests
(RFC 9126), a signed request (RFC 9101), or a parameter of its own.

Compare with the client's registration. A parameter can stand in the query of `authorization_endpoint`.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG914", "authorization-request-refused", Severity.WARNING, stage="probe", documentation=__doc__)
