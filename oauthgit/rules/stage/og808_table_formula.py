"""Document OG808: a cell with a formula."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A cell has a formula.

Its value may be stale, depend on another file, or be missing: a file that was never calculated has none, and the cell
would look empty. So the cell counts as unknown.

Copy the cells, and paste values only.
"""

RULE = stage_rule("OG808", "table-formula", Severity.ERROR, stage="platform", documentation=_PAGE)
