"""Document OG921: an authorization code that the server rejects."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server rejects the code of a person's login.

The person logged in, and the server gave a code. It rejects it with `invalid_grant`: the code was redeemed before or has
expired, or it belongs to another client, redirect URI or PKCE verifier. A code is valid once and for a short time. The
page at the redirect URI receives it first, so a program there may have redeemed it.

Run `oauthgit login` again and paste the address at once. If the code is rejected again, look for a program at the redirect
URI that redeems codes which it did not request.
"""

RULE = stage_rule("OG921", "code-rejected", Severity.ERROR, stage="probe", documentation=_PAGE)
