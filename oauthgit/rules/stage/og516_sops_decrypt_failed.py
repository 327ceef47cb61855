"""Document OG516: a secret that cannot be opened."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secret that a smoke test needs cannot be opened.

Without the secret the smoke test proves nothing: the credentials may be right or wrong, and the test does not pass. The
message gives the reason.

The usual reasons, and their remedies:

- There is no key, or another key than the file was encrypted for: give the run the private key of a recipient, in
  SOPS_AGE_KEY, in a file that SOPS_AGE_KEY_FILE names, or by the command in SOPS_AGE_KEY_CMD. Keys in the usual places of
  age and SSH are found; docs/trust.md lists them.
- The key is encrypted with a passphrase, which cannot be entered here: use SOPS_AGE_KEY_CMD.
- The file was changed by hand or damaged in a merge: restore it from git, and change it with sops edit only.
- The file decrypts to something else than the secrets of a layer: correct it with sops edit.
- An environment variable is not set: set it where the smoke test runs.
- The sops program is missing, or does not end in time: install it outside the repository and outside folders of
  temporary files, from which no program is started, and use keys that need no input.

The output of sops is never shown, because it may contain plain text. Run sops decrypt by hand to read it.
"""

RULE = stage_rule("OG516", "sops-decrypt-failed", Severity.ERROR, stage="decrypt", documentation=_PAGE)
