"""Document OG810: rows that contradict each other."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
Rows of one runtime configuration or application contradict each other.

The redirect URI, and the model and the branch of an application, belong to the target, not to one of its servers. All rows
of the target must state the same.

Correct the rows, or export the file again.
"""

RULE = stage_rule("OG810", "table-rows-disagree", Severity.ERROR, stage="platform", documentation=_PAGE)
