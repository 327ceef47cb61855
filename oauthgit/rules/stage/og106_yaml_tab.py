"""Document OG106: a tab in an indentation."""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

_PAGE = """\
A line is indented with a tab.

YAML indents with spaces only (YAML 1.2.2 section 6.1), because editors show tabs with different widths. Replace the tab
by spaces; an editor that follows `.editorconfig` does so automatically.
"""

RULE = stage_rule("OG106", "yaml-tab", Severity.ERROR, stage="parse", documentation=_PAGE, fix=SAFE)
