"""The base of a pull request cannot be read, so a part of the change was not checked.

A CI system names the commit that a change is to be merged into, and `oauthgit validate` and `oauthgit diff` compare the
change with it: secrets files that were rolled back, keys that can read them, what the policy opens, checks that are
switched off. Mostly the clone is shallow, or the policy in the base has errors. The rest was checked, so this is a
warning, and `--fail-on warning` makes it fail the run; a base that was named with `--base` and cannot be read is an error
of usage (exit 2). Fetch the whole history: `fetch-depth: 0` on GitHub and Azure Pipelines, `GIT_DEPTH: 0` on GitLab.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG008", "base-unread", Severity.WARNING, stage="base", documentation=__doc__)
