"""Document OG852: a target or a server of git that the platform lacks."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A target or an OAuth server of git is missing on the platform.

It was never typed, or it was removed there: an application that is deleted offline loses its OAuth settings after a while.
Process flows that use it fail. Only kinds and models that the table holds are compared, and with `--partial` a target
without rows is not reported. In a table of layers, an override is expected only if git overrides something.

Add it on the platform, or remove it from git.
"""

RULE = stage_rule("OG852", "platform-lacks", Severity.ERROR, stage="platform", documentation=_PAGE)
