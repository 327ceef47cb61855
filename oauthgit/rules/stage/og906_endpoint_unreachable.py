"""The token endpoint could not be reached.

The name is unknown, nothing takes connections, the certificate is not valid, the answer took too long, or the server
reports a fault of its own (5xx) or too many requests (429). Nothing is known of the secret.

The message says which it was. Check the host and port in `token_endpoint` and whether this machine may reach it. An
authority of your own belongs in `ca_file` of the policy; verification is never switched off.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG906", "endpoint-unreachable", Severity.ERROR, stage="probe", documentation=__doc__)
