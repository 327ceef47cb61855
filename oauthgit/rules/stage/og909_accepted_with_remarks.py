"""The credentials work, but something about the answer is unusual.

The server does not say which scopes it granted or how long the token lasts, writes a number as text, leaves out
`token_type`, lets the answer be cached, or no scope is configured, which the platform's connector does not take.

The message says what it is. Mostly there is nothing to change; a missing scope has to be added to `scopes`.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG909", "accepted-with-remarks", Severity.NOTE, stage="probe", documentation=__doc__)
