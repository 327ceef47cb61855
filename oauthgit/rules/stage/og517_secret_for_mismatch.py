"""Document OG517: a secrets file of another layer."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secrets file was encrypted for another layer than the one beside it.

SOPS does not bind a file to its path: a copy of one application's file opens just as well beside another. Every secrets
file therefore contains, encrypted, the layer that it belongs to. If the two differ, somebody copied or renamed the
file, and an application would run with the credentials of another. None of the file's secrets is used.

If the file was copied, create new secrets for this layer, with separate clients. If the layer was renamed, correct the
value of `for` with sops edit.
"""

RULE = stage_rule("OG517", "secret-for-mismatch", Severity.ERROR, stage="decrypt", documentation=_PAGE)
