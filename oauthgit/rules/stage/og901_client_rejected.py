"""Document OG901: credentials that the server refuses."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server refuses the client's credentials.

The token endpoint answered `invalid_client`: the secret is wrong, the client is unknown there, or the server does not
accept the way in which the secret is sent. The platform's connector fails in the same way, with status -1.

Compare `client_id`, the secret and `token_endpoint_auth_method` with the client's registration. If a secret was renewed
at the server, renew it in the secrets file too. After one refusal no further request is sent for the client, so that no
account is locked.
"""

RULE = stage_rule("OG901", "client-rejected", Severity.ERROR, stage="probe", documentation=_PAGE)
