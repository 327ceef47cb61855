"""A file or folder cannot be read.

What cannot be read is not checked, so a run that passed over it would be green by accident. The message names the
operating system's reason, mostly a permission; make the file readable for the account that runs the check.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG001", "file-unreadable", Severity.ERROR, stage="discover", documentation=__doc__)
