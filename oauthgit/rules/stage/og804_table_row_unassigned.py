"""Document OG804: a row that belongs to nothing."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A row does not state to whom it belongs, or its OAuth server.

A row with a model and a branch is that of the branch; with a runtime configuration or an application, it is an override.
It cannot have both. The name of a server may contain a-z, 0-9 and `_`, and begins with a letter. Rows are never skipped in
silence, because a setting would be missing.

Fill in the key columns, or remove the row.
"""

RULE = stage_rule("OG804", "table-row-unassigned", Severity.ERROR, stage="platform", documentation=_PAGE)
