"""Document OG812: a target whose environment is not certain."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The environment of a target is not certain.

The platform has no such column, but rules are stricter in production. It is derived from a whole word of the name, such as
`prod`, `acc`, `tst` or `dev`, and reported. Names such as `nonprod`, `preprod` and `latest`, names with two such words, and
names without one are not certain.

State it: `--environment 'wms-live=production'`. The name may contain `*`, and the option may be repeated.
"""

RULE = stage_rule("OG812", "table-environment-unknown", Severity.ERROR, stage="platform", documentation=_PAGE)
