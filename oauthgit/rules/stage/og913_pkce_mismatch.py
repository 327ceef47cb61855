"""Client and server do not agree about PKCE.

The authorization endpoint knows the client and its redirect URI, but refuses the request as it is configured, and takes
it the other way: with a code challenge where `require_pkce` is false, or without one where it is true (RFC 7636).

Set `require_pkce` to what the message says. Where a server refuses PKCE, write the reason beside the setting.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG913", "pkce-mismatch", Severity.ERROR, stage="probe", documentation=__doc__)
