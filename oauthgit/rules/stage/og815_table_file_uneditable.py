"""Document OG815: a file that cannot be edited with certainty."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
An existing file cannot be edited with certainty.

`--update` changes single values and keeps comments, order and line ends. A file with errors, and forms such as block
scalars and anchors, are not edited, because the result might mean something else.

Correct the file, or write the value that the finding states yourself, and import again.
"""

RULE = stage_rule("OG815", "table-file-uneditable", Severity.ERROR, stage="platform", documentation=_PAGE)
