"""An encrypted file was changed without sops.

Its values differ from the base, and its MAC and date do not: whoever made the change had no key, or went around sops.
A value that was exchanged or deleted this way makes the file undecryptable at best. Found by `oauthgit validate` and
`oauthgit smoke` with `--base`, and in every pull request that CI checks; the secrets of the file are not opened.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG708", "sops-edited-by-hand", Severity.ERROR, stage="base", documentation=__doc__)
