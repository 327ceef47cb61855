"""Document OG913: a disagreement about PKCE."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
Client and server do not agree about PKCE.

The authorization endpoint accepts the client and its redirect URI, but refuses the request as it is configured and
accepts the opposite: with a code challenge if `require_pkce` is false, or without one if it is true (RFC 7636).

Set `require_pkce` to the value in the message. If a server refuses PKCE, write the reason beside the setting.
"""

RULE = stage_rule("OG913", "pkce-mismatch", Severity.ERROR, stage="probe", documentation=_PAGE)
