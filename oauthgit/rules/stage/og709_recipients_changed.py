"""A secrets file is encrypted for other keys than in the base.

A key that is added opens every secret in the file, so the reviewer has to know whose it is. A key that is taken out
still opens what git has of the file: until the secrets are replaced at the authorization servers, its owner has them.
The note says so of each key, cut in its middle, and whether the secrets are still the same. Names of keys in a file are
labels that nothing protects; that the new key belongs there at all is for `.sops.yaml` to say (OG704).

Found by `oauthgit validate` with `--base`, and in every pull request that CI checks. It is a note, for the change may
well be meant, and the policy cannot switch it off. A file that is new has no earlier keys to compare with.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG709", "recipients-changed", Severity.NOTE, stage="base", documentation=__doc__)
