"""A workflow that may run oauthgit is not checked.

OG710 to OG712 look at the workflows of GitHub Actions that run oauthgit, or call one that does. One that is a link, too
large or no readable YAML cannot be looked at, and passing over it would make it look checked. GitHub's own parser may
accept what this one refuses, such as hidden characters or more than 10,000 values. Anchors and aliases are read.

The same goes for `.github` and `.github/workflows` where one of them is a link.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG715", "workflow-unchecked", Severity.WARNING, stage="discover", documentation=__doc__)
