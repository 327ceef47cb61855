"""Document OG904: a URL that is not a token endpoint."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The URL of the token endpoint is not that of a token endpoint.

The URL answers with a redirect, a web page or an error such as 404, or its port speaks http although the URL has https.
Nothing is known of the secret then, so the verdict is `unreachable`, not `rejected`. Redirects are never followed,
because a secret must go only to the URL for which it was issued.

Correct `token_endpoint`. The server's documentation names it, and so does its metadata document as `token_endpoint`.
"""

RULE = stage_rule("OG904", "endpoint-wrong", Severity.ERROR, stage="probe", documentation=_PAGE)
