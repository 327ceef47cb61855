"""There are more findings than a report has room for.

A file with hundreds of mistakes of one sort, or a project with tens of thousands of findings, would hide what matters and
fill the memory of whoever reads the report. The first ones are reported, the worst before the others where a whole report
is cut, and this finding counts the rest. Exit codes depend on all of them. Mend the first ones, and the next run reports
others; or name paths.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG009", "findings-left-out", Severity.ERROR, stage="report", documentation=__doc__)
