"""Document OG853: a target or a server of the platform that git lacks."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A target or an OAuth server of the platform is not in git.

Nobody reviews its changes, and no smoke test proves its credentials. The finding is at the branch or the target in git that
it belongs to, or at its row in the table if there is none.

Describe it in git with `oauthgit import`, remove it on the platform, or use `--ignore-unmanaged` if it stays outside of git.
"""

RULE = stage_rule("OG853", "platform-unmanaged", Severity.WARNING, stage="platform", documentation=_PAGE)
