"""Document OG906: an unreachable token endpoint."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The token endpoint could not be reached.

The host name is unknown, the host accepts no connections, the certificate is not valid, the answer took too long, or
the server reports a fault of its own (5xx) or too many requests (429). Nothing is known of the secret.

The message gives the reason. Check the host and port in `token_endpoint`, and check that this machine may reach it.
List your own certificate authority in `ca_file` of the policy; verification is never switched off.
"""

RULE = stage_rule("OG906", "endpoint-unreachable", Severity.ERROR, stage="probe", documentation=_PAGE)
