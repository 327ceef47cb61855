"""Document OG903: a grant that the client may not use."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server does not let the client use this grant.

The token endpoint answered `unauthorized_client` or `unsupported_grant_type`. Usually the secret is right and the grant
is not allowed for the client. Some servers, such as Keycloak, answer a wrong secret with `unauthorized_client`.

Have the grant allowed for the client, or take it out of `grant_types`. If the grant is allowed, check the secret.
"""

RULE = stage_rule("OG903", "grant-rejected", Severity.ERROR, stage="probe", documentation=_PAGE)
