"""Document OG709: a secrets file with other keys than in the base."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secrets file is encrypted for other keys than in the base.

A new key opens every secret in the file, so the reviewer must find out whose it is. A removed key still opens the
versions of the file in git: its owner has the secrets until they are replaced at the authorization servers. The note
names each such key, shortened in its middle, and states whether the secrets are unchanged. Names of keys in a file are
labels that nothing protects; OG704 compares them with `.sops.yaml`.

`oauthgit validate` reports this with `--base`, and in every pull request that CI checks. It is a note, because the
change may be intended, and the policy cannot switch it off. A new file has no earlier keys to compare with.
"""

RULE = stage_rule("OG709", "recipients-changed", Severity.NOTE, stage="base", documentation=_PAGE)
