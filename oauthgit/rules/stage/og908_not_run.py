"""Document OG908: a credential that was not tried."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A credential was not tried.

A request is sent only if the target's settings are valid, the secret could be opened, its `send_only_to` names exactly
this token endpoint, and the policy trusts the host. Each of these conditions protects the secret, and a layer cannot
switch it off.

The message names the condition that was not met, and the remedy. Hosts and networks are listed in the policy. A pin
that is missing or names another endpoint has a code of its own (OG518, OG519).
"""

RULE = stage_rule("OG908", "not-run", Severity.WARNING, stage="probe", documentation=_PAGE)
