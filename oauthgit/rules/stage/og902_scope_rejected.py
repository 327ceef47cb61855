"""The server refuses a scope.

The token endpoint answered `invalid_scope`: it does not know one of the scopes, or does not allow it for this client.
The credentials themselves may be right. No token is given at all, so the connector fails.

Correct `scopes`, or have the scope allowed for the client. A list in an override replaces the inherited one whole.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG902", "scope-rejected", Severity.ERROR, stage="probe", documentation=__doc__)
