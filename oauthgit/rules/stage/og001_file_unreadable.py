"""Document OG001: a file or folder that cannot be read."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A file or folder cannot be read.

A file that cannot be read is not checked, and a run that ignored it would pass by accident. The message gives the
reason of the operating system, usually a permission. Make the file readable for the account that runs the check.
"""

RULE = stage_rule("OG001", "file-unreadable", Severity.ERROR, stage="discover", documentation=_PAGE)
