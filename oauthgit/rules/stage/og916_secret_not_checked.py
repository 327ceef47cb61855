"""Document OG916: a secret that the server does not check."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The server gives a token for a wrong secret as well.

`smoke --control` sent the same request with an altered secret, and got a token too. The credentials work, but the
secret protects nothing: the client is registered as a public one, or the server is a mock that accepts everything.

Inform the server's operator. Until then, anybody with the `client_id` can act as this client.
"""

RULE = stage_rule("OG916", "secret-not-checked", Severity.WARNING, stage="probe", documentation=_PAGE)
