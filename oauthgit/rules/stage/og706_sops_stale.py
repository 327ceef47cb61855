"""A secrets file is older than in the base.

Somebody put an earlier version back, with a secret that was replaced since: perhaps because it had leaked. SOPS does
not notice, for the old file was sealed as well as the new one. The date is bound to the seal, so it cannot be edited.
Found by `oauthgit validate` and `oauthgit smoke` with `--base`, and in every pull request that CI checks; the secrets of
the file are not opened.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG706", "sops-stale", Severity.ERROR, stage="base", documentation=__doc__)
