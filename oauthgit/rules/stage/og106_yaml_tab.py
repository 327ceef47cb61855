"""A line is indented with a tab.

YAML indents with spaces only (YAML 1.2.2 section 6.1), since a tab is as wide as each editor likes. Replace it by spaces;
an editor that follows `.editorconfig` does so by itself.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG106", "yaml-tab", Severity.ERROR, stage="parse", documentation=__doc__, fix=SAFE)
