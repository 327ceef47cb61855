"""Document OG524: a secret with an unusual character."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secret contains a character that hardly belongs to it.

It begins or ends with a blank or a line break, stands in quotation marks, or contains an invisible character, a byte
order mark or another character that RFC 6749 appendix A.2 does not allow in a secret. Such a character usually comes
from copying, or from a command that adds a line break (`echo` instead of `printf`), and the server answers
`invalid_client`. The secret is sent as it is, because only the server knows it. The check runs after the file is
decrypted or the variable is read; the message names the character and never the secret.

Set the secret again without the character: `oauthgit secrets set` refuses it. For a variable, correct its value in the
secret store of the pipeline.
"""

RULE = stage_rule("OG524", "secret-charset", Severity.WARNING, stage="decrypt", documentation=_PAGE)
