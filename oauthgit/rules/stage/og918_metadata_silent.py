"""Document OG918: metadata that does not confirm a setting."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The issuer's metadata does not confirm a setting.

The issuer has no metadata, or the metadata's list of scopes lacks a configured one. Servers need not list every scope
(RFC 8414 section 2), and many have no metadata.

Check the spelling. If it is right, there is nothing to do. Without metadata, `issuer` may be left out.
"""

RULE = stage_rule("OG918", "metadata-silent", Severity.NOTE, stage="probe", documentation=_PAGE)
