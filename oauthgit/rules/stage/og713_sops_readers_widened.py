"""Document OG713: creation rules that give more keys access."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
`.sops.yaml` lets more keys read secrets than in the base.

A creation rule defines who can read every secret that is encrypted from then on, and which key service gets the data
key.

These changes are reported:

- a new key, with its type and its whole name;
- a lower threshold;
- keys in other groups, so that other people can read together;
- a rule that now applies to files of another rule;
- a new or changed setting that selects the values that sops encrypts (`encrypted_regex`, `unencrypted_suffix`,
  `mac_only_encrypted` and the like), because sops may then leave comments and values in plain text.

Layers count even if they have no secrets file yet, because their next secret would be encrypted by the rule.

`oauthgit secrets` asks for confirmation before it encrypts for such a key. The reviewer must find out whose key it is:
this finding names it at its line. If a pattern or the file cannot be evaluated here, the finding states that. A deleted
file, a removed key and a higher threshold give nobody new access and are not reported.

`oauthgit validate` reports this with `--base`, and in every pull request that CI checks; the policy cannot switch it
off.
"""

RULE = stage_rule("OG713", "sops-readers-widened", Severity.WARNING, stage="base", documentation=_PAGE)
