"""The server gives a token for a wrong secret as well.

`smoke --control` sent the same request with an altered secret, and got a token too. So the credentials work, but the
secret protects nothing: the client is registered as a public one, or the server is a mock that takes everything.

Tell the server's operator. Until then, whoever knows the `client_id` can act as this client.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG916", "secret-not-checked", Severity.WARNING, stage="probe", documentation=__doc__)
