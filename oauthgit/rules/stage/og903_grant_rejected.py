"""The server does not let the client use this grant.

The token endpoint answered `unauthorized_client` or `unsupported_grant_type`. Mostly the secret is right and the grant
is not allowed for the client; but some servers, Keycloak among them, say `unauthorized_client` to a wrong secret.

Have the grant allowed for the client, or take it out of `grant_types`. Where the grant is allowed, check the secret.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG903", "grant-rejected", Severity.ERROR, stage="probe", documentation=__doc__)
