"""What answers at the token endpoint's URL is not a token endpoint.

There is a redirect, a web page, an answer such as 404, or a port that speaks http where the URL says https. Nothing is
known of the secret then: the verdict is `unreachable`, not `rejected`. Redirects are never followed, because a secret
must go nowhere but to the URL it was issued for.

Correct `token_endpoint`. The server's documentation names it, and so does its metadata document as `token_endpoint`.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG904", "endpoint-wrong", Severity.ERROR, stage="probe", documentation=__doc__)
