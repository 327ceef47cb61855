"""Document OG910: a token that the platform cannot use."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server gave a token that the platform cannot use.

The platform sends bearer tokens only. A token of another type, such as a DPoP or MAC token, is bound to a key that the
platform does not have, so every call with it fails.

Have the client registered for bearer tokens at the authorization server.
"""

RULE = stage_rule("OG910", "token-unusable", Severity.ERROR, stage="probe", documentation=_PAGE)
