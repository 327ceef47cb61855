"""Document OG503: a secret in a wrong form."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secret has the form of something else.

It looks like an access token, a private key, ciphertext or a reference that nothing resolves; at Entra, like the Secret
ID that is shown beside the Value. Or it does not have the form that a provider of the catalogue gives its secrets, if
that form is certain (`oauthgit providers`). Such a paste mistake appears later, as invalid_client. If
it is a real token or key, replace it too, because too many people had access to it. The check runs after the file is
decrypted.
"""

RULE = stage_rule("OG503", "secret-format", Severity.WARNING, stage="decrypt", documentation=_PAGE)
