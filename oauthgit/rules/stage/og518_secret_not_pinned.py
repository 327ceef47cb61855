"""A secret does not say which token endpoint it may be sent to.

Endpoints stand in plain text, and whoever changes one in a pull request would have the secret sent there. The value
send_only_to beside the secret is encrypted: nobody can write it who could not read the secret anyway. A secret without
it is not sent anywhere.

`oauthgit secrets pin` writes the effective token endpoint beside the secret, and shows what it writes. For a secret in
an environment variable, name the endpoint in env_secrets of the policy.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG518", "secret-not-pinned", Severity.ERROR, stage="probe", documentation=__doc__)
