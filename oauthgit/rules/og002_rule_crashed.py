"""A rule broke while it looked at this place.

That is a bug in oauthgit, not in the settings: the other rules went on, but this one has not said whether the place is
right. Please report it with the kind of error that is named; values are left out of the message on purpose.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG002", "rule-crashed", Severity.ERROR, stage="lint", documentation=__doc__)
