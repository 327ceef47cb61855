"""Document OG807: a number whose digits a spreadsheet lost."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A spreadsheet has changed a text of digits into a number, and digits are lost.

A spreadsheet keeps fifteen digits of a number. A longer client id becomes another one, and is often shown as `1.2E+15`.
The original cannot be computed from that.

Format the column as text before the values are put in, or export CSV and do not open it in a spreadsheet.
"""

RULE = stage_rule("OG807", "table-digits-lost", Severity.ERROR, stage="platform", documentation=_PAGE)
