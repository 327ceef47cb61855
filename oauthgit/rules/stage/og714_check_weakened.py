"""A change takes something away from the checks.

What a run no longer fails for is easily overlooked in a long change, so the reviewer gets a note for each of these, at its
line:

- the `environment` of a target is another one than in the base, and rules are stricter towards production;
- a target is gone: its file was deleted, or describes another target now;
- a comment suppresses a finding, and none does in the base, or it counts for longer than there;
- the file that `--baseline` names holds findings that it does not hold in the base.

A rule that the policy switches off, and any other change of the policy, is OG707; readers of secrets are OG709.

Found by `oauthgit validate` with `--base`, and in every pull request that CI checks. It is a note, for the change may well
be meant, and neither the policy nor a comment nor a baseline hides it.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG714", "check-weakened", Severity.NOTE, stage="base", documentation=__doc__)
