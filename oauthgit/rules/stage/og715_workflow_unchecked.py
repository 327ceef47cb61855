"""Document OG715: a workflow that cannot be checked."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A workflow that may run oauthgit is not checked.

OG710 to OG712 check the workflows of GitHub Actions that run oauthgit, or call one that does. A workflow that is a
link, too large or not readable as YAML cannot be checked, and ignoring it would make it look checked. GitHub's own
parser may accept files that this one refuses, such as files with hidden characters or more than 10,000 values. Anchors
and aliases are read.

The same is true of `.github` and `.github/workflows` if one of them is a link.
"""

RULE = stage_rule("OG715", "workflow-unchecked", Severity.WARNING, stage="discover", documentation=_PAGE)
