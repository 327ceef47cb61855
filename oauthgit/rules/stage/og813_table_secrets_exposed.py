"""Document OG813: a table with plain secrets that git may commit."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A table with plain secrets lies in a git work tree that does not ignore it.

The next `git add` would put the secrets into the history of everybody who clones it. Nothing is imported from such a file.

Move the file out of the repository, or add it to `.gitignore`. If it was committed already, replace the secrets at their
servers.
"""

RULE = stage_rule("OG813", "table-secrets-exposed", Severity.ERROR, stage="platform", documentation=_PAGE)
