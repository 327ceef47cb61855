"""Document OG917: metadata that contradicts a setting."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The issuer's metadata contradicts a setting.

The document that OpenID Connect Discovery or RFC 8414 puts below the issuer names another issuer or endpoint, or lists
methods, grants or prompts without the configured one. Metadata of real servers is often wrong, so this changes no
verdict. It never changes where a secret is sent.

Compare the setting with the metadata and with the server's documentation. The issuer must match character by character,
including a final slash.
"""

RULE = stage_rule("OG917", "metadata-contradicts", Severity.WARNING, stage="probe", documentation=_PAGE)
