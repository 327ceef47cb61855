"""A secret that a smoke test needs cannot be opened.

Without it nothing is proven: the credentials may be right or wrong, and no green light is given. The message says
which of the usual reasons it is. No key, or another one than the file was encrypted for: give the run the private key
of a recipient, in SOPS_AGE_KEY or in a file that SOPS_AGE_KEY_FILE names. A file that was changed by hand or damaged in
a merge: restore it from git and change it with sops edit only. A file that decrypts to something else than the secrets
of a layer: correct it with sops edit. An environment variable that is not set: set it where the smoke test runs. The
sops program missing, or not ending in time: install it outside the repository and folders of temporary
files, from which no program is started, and use keys that ask no questions.

What sops itself says is never repeated, for it may hold plain text. Run sops decrypt by hand to read it.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG516", "sops-decrypt-failed", Severity.ERROR, stage="decrypt", documentation=__doc__)
