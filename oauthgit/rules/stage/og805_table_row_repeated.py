"""Document OG805: two rows about the same server."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
Two rows describe the same OAuth server of the same layer.

Which of them is right is not certain, even if they are equal: a join in a query may have doubled more than these.

Remove one of the rows, or correct the query.
"""

RULE = stage_rule("OG805", "table-row-repeated", Severity.ERROR, stage="platform", documentation=_PAGE)
