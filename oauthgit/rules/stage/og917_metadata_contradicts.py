"""The issuer's metadata says something else than a setting.

The document that OpenID Connect Discovery or RFC 8414 puts below the issuer names another issuer or endpoint, or lists
methods, grants or prompts without the one that is configured. Metadata of real servers is often wrong, so this changes
no verdict, and it never changes where a secret is sent.

Compare the setting with the metadata and with the server's documentation. The issuer must match character by character,
a final slash included.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG917", "metadata-contradicts", Severity.WARNING, stage="probe", documentation=__doc__)
