"""Document OG854: a table of the platform that is older than allowed."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A table of the platform is older than `--max-age` allows.

A table shows the platform at the time of its export. An old one has no drift even if the platform has changed since, so a
job whose export no longer runs would stay green. The time is that of the last change of the file: copy a file with its time
(`cp -p`), and do not take the table from a checkout, which gives every file the present time.

Export the table again. Data from standard input has no time, so `--max-age` refuses it.
"""

RULE = stage_rule("OG854", "table-too-old", Severity.ERROR, stage="platform", documentation=_PAGE)
