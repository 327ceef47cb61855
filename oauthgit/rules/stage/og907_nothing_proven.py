"""Document OG907: an answer that proves nothing."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server answered, but the answer proves nothing about the secret.

Some servers check the code or the form of the request before the credentials, and some use error codes of their own.
Such an answer is a sign neither of a fault nor of success.

Look up the error code in the server's documentation. If the provider is known to answer so, there is nothing to
correct: only a real login proves the credentials.
"""

RULE = stage_rule("OG907", "nothing-proven", Severity.NOTE, stage="probe", documentation=_PAGE)
