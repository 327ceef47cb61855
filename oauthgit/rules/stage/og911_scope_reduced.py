"""The server granted less than the scopes that were asked for.

It gave a token, so the credentials work, but left scopes out in silence. The application's calls will fail later, where
the missing scope is needed, with an error that does not mention it.

Have the missing scopes allowed for the client, or take them out of `scopes` if nothing needs them.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG911", "scope-reduced", Severity.WARNING, stage="probe", documentation=__doc__)
