"""A file or folder is a link or a submodule, or no regular file.

A symbolic link leads out of what was reviewed: it can make a development file count for production, or read any file of the
machine that runs the check. A submodule is another repository: a change in it shows here as one number, which nobody can
review. A FIFO or a device would block the run. Replace it by a real file or folder.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG115", "file-symlink", Severity.ERROR, stage="discover", documentation=__doc__)
