"""Document OG109: a file that is not UTF-8."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The file is not UTF-8 text.

Settings are UTF-8. YAML 1.2.2 section 5.2 allows UTF-16 and UTF-32 as well, but git and most programs treat those as
binary. In any other encoding each program reads other characters, so the reviewer may see another text than the
platform gets. Save the file as UTF-8. A file with a NUL byte is not text.
"""

RULE = stage_rule("OG109", "file-not-utf8", Severity.ERROR, stage="parse", documentation=_PAGE)
