"""Document OG002: an internal error of a rule or of a smoke test."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A rule or a step of a smoke test failed with an internal error.

This is a bug in oauthgit, not in the settings. All other checks ran, but this one has no result for this place. Please
report it with the kind of error that is named. Values are left out of the message on purpose.
"""

RULE = stage_rule("OG002", "rule-crashed", Severity.ERROR, stage="lint", documentation=_PAGE)
