"""`.sops.yaml` lets more keys read than in the base.

A creation rule decides who can read every secret that is encrypted from then on, and which key service is sent the data
key. Found are a key that is new, with its type and its whole name; a threshold that was lowered; keys that were grouped
in another way, so that others can read together; and a rule that now takes files which another one took before. A setting
that picks what sops encrypts (`encrypted_regex`, `unencrypted_suffix`, `mac_only_encrypted` and the like) is found where it
is new or has changed, for it lets sops leave comments and values in plain text. Layers count whether they have a secrets
file yet or not, for the next secret would be encrypted by the rule.

`oauthgit secrets` asks before it encrypts for such a key, and the reviewer has to know whose it is: this finding names it
at its line. Where a pattern, or the file, cannot be judged here, the finding says so. A file that is removed, a key that is
taken out and a threshold that is raised let nobody read who could not before.

Found by `oauthgit validate` with `--base`, and in every pull request that CI checks; the policy cannot switch it off.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG713", "sops-readers-widened", Severity.WARNING, stage="base", documentation=__doc__)
