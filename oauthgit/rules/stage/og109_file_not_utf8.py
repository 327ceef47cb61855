"""The file is not UTF-8 text.

YAML here is UTF-8 (YAML 1.2.2 section 5.2 allows UTF-16 and UTF-32 as well, which git and most readers take for binary).
In any other encoding each reader sees other characters, so a review sees something else than the platform gets. Save
the file as UTF-8; if it holds a NUL byte, it is no text at all.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG109", "file-not-utf8", Severity.ERROR, stage="parse", documentation=__doc__)
