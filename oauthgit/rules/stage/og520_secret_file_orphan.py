"""A secrets file has no layer beside it.

Secrets belong to the layer whose file has the same name without `.secrets`. Without that file nothing uses them: the
layer was renamed or deleted and its secrets stayed behind, or the name is misspelt and a target runs without its secret.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG520", "secret-file-orphan", Severity.ERROR, stage="merge", documentation=__doc__)
