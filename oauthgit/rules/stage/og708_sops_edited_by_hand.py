"""Document OG708: an encrypted file that was changed without sops."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
An encrypted file was changed without sops.

Its values differ from the base, but its MAC and date do not. Whoever made the change had no key, or did not use sops. A
value that was exchanged or deleted this way makes the file undecryptable at best.

`oauthgit validate` and `oauthgit smoke` report this with `--base`, and in every pull request that CI checks. The
secrets of the file are not decrypted.
"""

RULE = stage_rule("OG708", "sops-edited-by-hand", Severity.ERROR, stage="base", documentation=_PAGE)
