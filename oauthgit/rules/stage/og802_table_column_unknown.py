"""Document OG802: a column whose header is not known."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A column is not read, because its header is not known.

Headers are compared with the names of settings, the platform's labels and the keys of its entities, regardless of case,
blanks, `_` and `-`. [platform.md](../platform.md) lists them. A column that holds something else is no problem.

If it holds a setting, map it: `--column client_id="App ID"`, or `platform.columns` in the policy.
"""

RULE = stage_rule("OG802", "table-column-unknown", Severity.NOTE, stage="platform", documentation=_PAGE)
