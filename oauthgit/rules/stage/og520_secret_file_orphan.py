"""Document OG520: a secrets file without a layer."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secrets file has no layer beside it.

Secrets belong to the layer whose file has the same name without `.secrets`. Without that file the secrets are not used.
Either the layer was renamed or deleted and its secrets stayed, or the name is misspelt and a target runs without its
secret.
"""

RULE = stage_rule("OG520", "secret-file-orphan", Severity.ERROR, stage="merge", documentation=_PAGE)
