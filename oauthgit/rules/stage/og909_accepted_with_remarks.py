"""Document OG909: an unusual answer to working credentials."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The credentials work, but something about the answer is unusual.

The server does not state which scopes it granted or how long the token lasts, writes a number as text, omits
`token_type`, or lets the answer be cached. Or no scope is configured, which the platform's connector does not accept.

The message gives the reason. Usually there is nothing to change; add a missing scope to `scopes`.
"""

RULE = stage_rule("OG909", "accepted-with-remarks", Severity.NOTE, stage="probe", documentation=_PAGE)
