"""The client has to authenticate in the other way.

The token endpoint refuses the client as it is configured, and takes it when the secret is sent by the other method. Most
servers accept only the method that the client was registered for (RFC 7591 section 2), and answer `invalid_client` to
the right secret in the wrong place. Only `smoke --control` finds this out: it tries the other method, and makes sure
that a wrong secret is refused there.

Set `token_endpoint_auth_method` to what the message names: `client_secret_basic` sends the credentials as a Basic Auth
header, `client_secret_post` in the request body.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG905", "auth-method-rejected", Severity.ERROR, stage="probe", documentation=__doc__)
