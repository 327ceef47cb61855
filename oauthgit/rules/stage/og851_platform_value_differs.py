"""Document OG851: a setting whose value on the platform is not that of git."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The platform has another value for a setting than git.

Somebody changed the platform's screens without git, or a change of git was never typed. Reviews and smoke tests then judge
settings that nobody runs. `oauthgit drift` compares a table of the platform with the effective settings. Values are equal
if they mean the same: the case of a host, a default port, the order of scopes, and a default that is not stated do not
matter. A final slash does, and a redirect URI is compared byte for byte. Secrets are never shown.

The finding is at the line in git that decides. Type its value on the platform, or change git if the platform is right.
"""

RULE = stage_rule("OG851", "platform-value-differs", Severity.ERROR, stage="platform", documentation=_PAGE)
