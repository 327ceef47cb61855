"""Document OG112: a character that disguises text."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The text has an invisible character, or one that reverses the writing.

Such characters disguise text (Trojan Source, CVE-2021-42574): a host name can be shown backwards, and two client
identifiers that look equal can differ. These are refused: U+00AD, U+061C, U+180E, U+200B to U+200F, U+202A to U+202E,
U+2060 to U+206F, U+FFF9 to U+FFFB, U+E0000 to U+E007F, and U+FEFF except at the very beginning. In a comment, an emoji
may be written with the joiner U+200D between two emoji, or with the tags of the flags of England, Scotland and Wales.
"""

RULE = stage_rule("OG112", "text-bidi", Severity.ERROR, stage="parse", documentation=_PAGE)
