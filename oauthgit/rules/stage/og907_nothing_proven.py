"""The server answered, but the answer proves nothing about the secret.

Some servers look at the code or at the form of the request before they look at the credentials, and some answer with
words of their own. Such an answer is no sign of a fault and no sign of health.

Look the error code up in the server's documentation. Where the provider is known to answer so, there is nothing to
correct: only a real login proves the credentials.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG907", "nothing-proven", Severity.NOTE, stage="probe", documentation=__doc__)
