"""Document OG714: a change that weakens the checks."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A change weakens the checks.

A run that no longer fails is easily overlooked in a long change, so the reviewer gets a note at the line of each such
change.

These changes are reported:

- the `environment` of a target differs from the base, and rules are stricter towards production;
- a target is gone: its file was deleted, or describes another target now;
- a comment suppresses a finding that no comment suppresses in the base, or it counts for longer than there;
- the file that `--baseline` names contains findings that it does not contain in the base.

OG707 reports a rule that the policy switches off, and any other change of the policy. OG709 reports readers of secrets.

`oauthgit validate` reports this with `--base`, and in every pull request that CI checks. It is a note, because the
change may be intended. The policy, a comment or a baseline cannot hide it.
"""

RULE = stage_rule("OG714", "check-weakened", Severity.NOTE, stage="base", documentation=_PAGE)
