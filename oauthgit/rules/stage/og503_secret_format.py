"""A secret has the form of something else.

It looks like an access token, a private key, ciphertext or a reference that nothing resolves; at Entra, like the Secret
ID that stands beside the Value. Or it has not the form that a provider of the catalogue gives its secrets, where that is
certain (`oauthgit providers`). Such a paste mistake shows as invalid_client at night. If it is a real token or key, it has
been in more hands than it should, and must be replaced too. Found once a key opens the file.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG503", "secret-format", Severity.WARNING, stage="decrypt", documentation=__doc__)
