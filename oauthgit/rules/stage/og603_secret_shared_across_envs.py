"""Document OG603: one secret for production and another environment."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
Production and another environment use the same secret.

Development machines and test systems are used by more people and are less protected. Anybody who takes the secret there
has access to production. A shared secret also hides which environment sent a request. Give every environment its own
client at the authorization server. Secrets are compared by a keyed digest in memory, after their files are decrypted.
"""

RULE = stage_rule("OG603", "secret-shared-across-envs", Severity.ERROR, stage="decrypt", documentation=_PAGE)
