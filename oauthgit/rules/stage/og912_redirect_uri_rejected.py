"""Document OG912: a redirect URI that the server refuses."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The authorization endpoint refuses the client or its redirect URI.

It answered the authorization request with an error page instead of a redirect. RFC 6749 section 4.1.2.1 requires this
if the client identifier or the redirect URI is not registered. A user who logs in sees the same page. The request was
repeated without `prompt`, so the prompt is not the cause, at least on a server with OpenID Connect.

Register the redirect URI for the client, character by character: port, path and a final slash count. For a target it is
`redirect_uri`, or the platform's `http://localhost/oauth-callback` if none is set.
"""

RULE = stage_rule("OG912", "redirect-uri-rejected", Severity.ERROR, stage="probe", documentation=_PAGE)
