"""Document OG911: scopes that the server did not grant."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server granted fewer scopes than requested.

It gave a token, so the credentials work, but it silently omitted scopes. The application's calls fail later, when they
need the missing scope, with an error that does not mention it.

Have the missing scopes allowed for the client, or take them out of `scopes` if nothing needs them.
"""

RULE = stage_rule("OG911", "scope-reduced", Severity.WARNING, stage="probe", documentation=_PAGE)
