"""Document OG706: a secrets file that was rolled back."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secrets file is older than in the base.

Somebody restored an earlier version, with a secret that was replaced since, perhaps because it had leaked. SOPS does
not notice, because the MAC of the old file is as valid as that of the new one. The MAC covers the date, so the date
cannot be edited.

`oauthgit validate` and `oauthgit smoke` report this with `--base`, and in every pull request that CI checks. The
secrets of the file are not decrypted.
"""

RULE = stage_rule("OG706", "sops-stale", Severity.ERROR, stage="base", documentation=_PAGE)
