"""The secret is right, but the server refuses the request for a token.

A wrong secret is answered otherwise (`smoke --control` tried), so the credentials are known and taken; the request is
refused for another reason, which the server's error code names. The platform's connector gets no token either.

Look the code up in the server's documentation. Mostly a parameter is missing, such as an audience or a resource, or the
client is not released for what it asks.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG915", "request-refused", Severity.ERROR, stage="probe", documentation=__doc__)
