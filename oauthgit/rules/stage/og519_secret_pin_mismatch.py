"""A secret may be sent to another token endpoint only than the one that is configured.

The secret was issued for the endpoint that its send_only_to names. The effective token endpoint is another one, be it
by a slash: somebody moved the endpoint, or a layer inherits a secret that was not meant for its server. The secret is
not sent.

If the new endpoint is right and the secret is valid there, run `oauthgit secrets pin`. If not, correct
token_endpoint, or give the layer that moves it a client and a secret of its own.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG519", "secret-pin-mismatch", Severity.ERROR, stage="probe", documentation=__doc__)
