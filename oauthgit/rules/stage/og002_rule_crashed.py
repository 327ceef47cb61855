"""A rule, or a step of a smoke test, broke while it looked at this place.

That is a bug in oauthgit, not in the settings: everything else went on, but this has not told whether the
place is right. Please report it with the kind of error that is named; values are left out of the message on purpose.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG002", "rule-crashed", Severity.ERROR, stage="lint", documentation=__doc__)
