"""Document OG814: a setting that a provider in git fills in."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
The platform lacks a setting that a provider in git fills in.

A server with `provider` gets the settings of its entry in the catalogue, and nothing in a layer can take one away. So the
files would not have the settings of the table.

Remove `provider` from the server in git, and import again; its settings are then written out.
"""

RULE = stage_rule("OG814", "table-value-inexpressible", Severity.ERROR, stage="platform", documentation=_PAGE)
