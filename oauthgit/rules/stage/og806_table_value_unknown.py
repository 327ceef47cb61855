"""Document OG806: a value that is not understood."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A cell has a value that is not understood.

Known are the values of the settings and the labels of the platform, such as *In the request body* and *Select account*;
Yes and No also as true and false, 1 and 0 (or -1), and as Excel writes them in German and Dutch. Nothing is guessed. The
value is not printed, because a shifted column may put a secret there.

Correct the cell, or export the file again.
"""

RULE = stage_rule("OG806", "table-value-unknown", Severity.ERROR, stage="platform", documentation=_PAGE)
