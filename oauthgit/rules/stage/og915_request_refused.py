"""Document OG915: a request for a token that is refused for another reason than the client."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server refuses the request for a token.

Its error code names the reason. The platform's connector gets no token either, so the login of the service does not
work. The message states if the secret is known to be right: with `smoke --control`, a wrong one got another answer.

Look up the code in the server's documentation. Usually a parameter is missing, such as an audience or a resource, or
the client is not approved for the request.
"""

RULE = stage_rule("OG915", "request-refused", Severity.ERROR, stage="probe", documentation=_PAGE)
