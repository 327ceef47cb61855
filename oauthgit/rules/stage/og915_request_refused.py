"""Document OG915: a token request that is refused with the right secret."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The secret is right, but the server refuses the request for a token.

A wrong secret gets another answer (`smoke --control` tried one), so the server accepted the credentials. It refuses the
request for another reason, which its error code names. The platform's connector gets no token either.

Look up the code in the server's documentation. Usually a parameter is missing, such as an audience or a resource, or
the client is not approved for the request.
"""

RULE = stage_rule("OG915", "request-refused", Severity.ERROR, stage="probe", documentation=_PAGE)
