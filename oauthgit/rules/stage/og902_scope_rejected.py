"""Document OG902: a scope that the server refuses."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server refuses a scope.

The token endpoint answered `invalid_scope`: one of the scopes is unknown, or is not allowed for this client. The
credentials may be right. The server gives no token, so the connector fails.

Correct `scopes`, or have the scope allowed for the client. A list in an override replaces the whole inherited list.
"""

RULE = stage_rule("OG902", "scope-rejected", Severity.ERROR, stage="probe", documentation=_PAGE)
