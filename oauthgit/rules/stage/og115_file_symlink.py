"""Document OG115: a link, a submodule or an irregular file."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A file or folder is a link, a submodule or not a regular file.

A symbolic link leads out of the reviewed files: it can make a development file count for production, or read any file
of the machine that runs the check. A submodule is another repository: a change in it appears here as one number, which
nobody can review. A FIFO or a device would block the run. Replace it by a regular file or folder.
"""

RULE = stage_rule("OG115", "file-symlink", Severity.ERROR, stage="discover", documentation=_PAGE)
