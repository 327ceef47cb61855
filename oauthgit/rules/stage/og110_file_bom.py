"""The file begins with a byte order mark.

UTF-8 needs none, and readers that do not expect it take the invisible character U+FEFF for a part of the first key. The
file is read all the same. Save it as UTF-8 without the mark.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG110", "file-bom", Severity.WARNING, stage="parse", documentation=__doc__, fix=SAFE)
