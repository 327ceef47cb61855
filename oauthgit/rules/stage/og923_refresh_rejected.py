"""Document OG923: a new refresh token that the server rejects."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server rejects the refresh token that it gave a moment before.

`oauthgit login` used the refresh token of a person's login once, as the refresh token connector does (RFC 6749 section 6).
The server answered `invalid_grant`. So the first refresh on the platform would fail, too.

Have the refresh token grant allowed for the client, and look for a rule of the server about refresh tokens: a lifetime of
zero, a session that it demands, or an address that it is bound to.
"""

RULE = stage_rule("OG923", "refresh-rejected", Severity.ERROR, stage="probe", documentation=_PAGE)
