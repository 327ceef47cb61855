"""Document OG803: columns that cannot be told apart, or are missing."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A column is missing, occurs twice, or may hold secrets.

A row needs `oauth_server_id`, and either `model_id` and `branch_id` or an application. If two columns mean one setting, the
value is not certain. A column whose header is that of a secret can only be read as `client_secret`, because any other
setting is written in plain text.

Export the key columns too, remove the column that is not meant, or map the right one with `--column NAME=HEADER`.
"""

RULE = stage_rule("OG803", "table-column-uncertain", Severity.ERROR, stage="platform", documentation=_PAGE)
