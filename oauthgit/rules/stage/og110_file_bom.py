"""Document OG110: a byte order mark."""

from oauthgit.model.finding import Severity
from oauthgit.model.fix import SAFE
from oauthgit.model.rule import stage_rule

_PAGE = """\
The file begins with a byte order mark.

UTF-8 needs no such mark. Programs that do not expect it read the invisible character U+FEFF as part of the first key.
oauthgit still reads the file. Save it as UTF-8 without the mark.
"""

RULE = stage_rule("OG110", "file-bom", Severity.WARNING, stage="parse", documentation=_PAGE, fix=SAFE)
