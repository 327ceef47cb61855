"""Document OG009: findings that do not fit in a report."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
There are more findings than fit in a report.

Hundreds of mistakes of one kind in a file, or tens of thousands of findings in a project, would hide the important ones
and fill the memory of programs that read the report. The first findings are reported; if a whole report is cut, the
worst come first. This finding counts the rest. Exit codes depend on all findings. Fix the first ones and run again, or
name paths.
"""

RULE = stage_rule("OG009", "findings-left-out", Severity.ERROR, stage="report", documentation=_PAGE)
