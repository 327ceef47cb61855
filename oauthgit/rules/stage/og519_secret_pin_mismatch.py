"""Document OG519: a secret that is pinned to another endpoint."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secret is pinned to another token endpoint than the configured one.

The secret was issued for the endpoint in its `send_only_to`. The effective token endpoint is another one, perhaps only
by a slash: somebody moved the endpoint, or a layer inherits a secret that was not meant for its server. The secret is
not sent.

If the new endpoint is right and the secret is valid there, run `oauthgit secrets pin`. Otherwise correct
`token_endpoint`, or give the layer that moves it its own client and secret.
"""

RULE = stage_rule("OG519", "secret-pin-mismatch", Severity.ERROR, stage="probe", documentation=_PAGE)
