"""Document OG111: a control character."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The text contains a control character.

YAML forbids most of them (YAML 1.2.2 section 5.1). The worst are those that some parsers treat as the end of a line:
U+0085, U+2028, U+2029 and a single carriage return. `client_id: a<U+0085>token_endpoint: x` is one setting to the
reviewer and two to PyYAML. Tab, line feed, and a carriage return before a line feed are allowed.
"""

RULE = stage_rule("OG111", "text-control-char", Severity.ERROR, stage="parse", documentation=_PAGE)
