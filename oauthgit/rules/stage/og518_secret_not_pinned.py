"""Document OG518: a secret without a pinned endpoint."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secret is not pinned to a token endpoint.

Endpoints are in plain text, and anybody who changes one in a pull request could have the secret sent there. The value
`send_only_to` beside the secret is encrypted, so only people who can read the secret can write it. A secret without it
is not sent anywhere.

`oauthgit secrets pin` writes the effective token endpoint beside the secret, and shows the value. For a secret in an
environment variable, name the endpoint in `env_secrets` of the policy.
"""

RULE = stage_rule("OG518", "secret-not-pinned", Severity.ERROR, stage="probe", documentation=_PAGE)
