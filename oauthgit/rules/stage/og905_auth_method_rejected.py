"""Document OG905: a wrong client authentication."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The client must use the other authentication method.

The token endpoint refuses the client as it is configured, but accepts it if the secret is sent by the other method.
Most servers accept only the method for which the client was registered (RFC 7591 section 2), and answer
`invalid_client` to the right secret in the wrong place. Only `smoke --control` finds this out: it tries the other
method, and makes sure that a wrong secret is refused there.

Set `token_endpoint_auth_method` to the value in the message: `client_secret_basic` sends the credentials as a Basic
Auth header, `client_secret_post` in the request body.
"""

RULE = stage_rule("OG905", "auth-method-rejected", Severity.ERROR, stage="probe", documentation=_PAGE)
