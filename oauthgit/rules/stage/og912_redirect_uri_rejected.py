"""The authorization endpoint does not know the client or its redirect URI.

It answered the authorization request with an error page instead of a redirect. That is what RFC 6749 section 4.1.2.1
demands where the client identifier or the redirect URI is not registered; a user who logs in sees the same page. The
request was repeated without `prompt`, so that is not the cause, at least not where OpenID Connect is spoken.

Register the redirect URI for the client, character by character: port, path and a final slash count. For a target it is
`redirect_uri`, or the platform's `http://localhost/oauth-callback` where none is set.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG912", "redirect-uri-rejected", Severity.ERROR, stage="probe", documentation=__doc__)
