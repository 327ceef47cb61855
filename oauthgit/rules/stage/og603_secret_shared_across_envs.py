"""Production and another environment use the same secret.

Development machines and test systems are in more hands and guarded less; whoever takes the secret there has production.
It also hides which environment asks. Every environment has a client of its own at the authorization server. Secrets are
compared by a keyed digest in memory, once a key opens their files.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG603", "secret-shared-across-envs", Severity.ERROR, stage="decrypt", documentation=__doc__)
