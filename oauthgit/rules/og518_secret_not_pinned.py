"""A secret does not say which token endpoint it may be sent to.

Endpoints stand in plain text, and whoever changes one in a pull request would have the secret sent there. The value
send_only_to beside the secret is encrypted: nobody can write it who could not read the secret anyway. A secret without
it is not sent anywhere.

Write send_only_to beside the secret with `sops edit`: the token endpoint that the secret was issued for, character by
character. For a secret in an environment variable, name the endpoint in env_secrets of the policy.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG518", "secret-not-pinned", Severity.ERROR, stage="probe", documentation=__doc__)
