"""Document OG008: a base that cannot be read."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The base of a pull request cannot be read, so some checks were skipped.

A CI system names the commit that a change is merged into. `oauthgit validate` and `oauthgit diff` compare the change
with it: secrets files that were rolled back, keys that can read them, permissions that the policy adds, and checks that
are switched off. Usually the clone is shallow, or the policy in the base has errors. All other checks ran, so this is a
warning; `--fail-on warning` makes it fail the run. A base that was named with `--base` and cannot be read is a usage
error (exit 2). Fetch the whole history: `fetch-depth: 0` on GitHub and Azure Pipelines, `GIT_DEPTH: 0` on GitLab.
"""

RULE = stage_rule("OG008", "base-unread", Severity.WARNING, stage="base", documentation=_PAGE)
