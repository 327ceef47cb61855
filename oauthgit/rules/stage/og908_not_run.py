"""A credential was not tried.

Nothing is sent unless the target's settings are sound, the secret could be opened, its `send_only_to` names exactly
this token endpoint, and the policy trusts the host. Each of these protects the secret; none can be switched off from
within a layer.

The message names the one that stopped it, and what to do. Hosts and networks are listed in the policy; a pin that is
missing or names another endpoint has a code of its own (OG518, OG519).
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG908", "not-run", Severity.WARNING, stage="probe", documentation=__doc__)
