"""The issuer's metadata leaves something open.

There is no metadata at the issuer, or its list of scopes lacks one that is configured. Servers need not list every scope
(RFC 8414 section 2), and many have no metadata at all.

Check the spelling; if it is right, there is nothing to do. Without metadata, `issuer` may be left out.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG918", "metadata-silent", Severity.NOTE, stage="probe", documentation=__doc__)
