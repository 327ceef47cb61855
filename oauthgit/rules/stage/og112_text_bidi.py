"""The text contains a character that is invisible or turns the direction of writing.

Such characters make text look other than it is (Trojan Source, CVE-2021-42574): a host name can be shown backwards, and two
equal-looking client identifiers differ. Refused are U+00AD, U+061C, U+180E, U+200B to U+200F, U+202A to U+202E,
U+2060 to U+206F, U+FFF9 to U+FFFB, U+E0000 to U+E007F, and U+FEFF but at the very beginning.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG112", "text-bidi", Severity.ERROR, stage="parse", documentation=__doc__)
