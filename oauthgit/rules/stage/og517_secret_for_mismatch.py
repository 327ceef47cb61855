"""A secrets file was encrypted for another layer than the one it lies beside.

SOPS does not tie a file to its path: a copy of the file of one application opens just as well beside another. So every
secrets file carries, encrypted, the layer that it belongs to. Where the two differ, somebody copied or renamed the
file, and an application would run with the credentials of another; none of the file's secrets is used.

If the file was copied, create the secrets of this layer anew, with clients of its own. If the layer was renamed,
correct the value of for with sops edit.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG517", "secret-for-mismatch", Severity.ERROR, stage="decrypt", documentation=__doc__)
