"""Document OG811: an override of a server that no branch has."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A row overrides an OAuth server that its branch does not have.

Neither the tables nor the files in git state this server for the branch, and an override only replaces settings of
its branch. The grid of the branch was probably not exported, or the application states no branch.

Import the table of the branch too.
"""

RULE = stage_rule("OG811", "table-branch-missing", Severity.ERROR, stage="platform", documentation=_PAGE)
