"""Document OG502: a secret that can be guessed."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secret can be guessed.

It is a placeholder, the client id, a text that repeats itself, or has fewer than ten characters. Anybody who guesses it
can act as the application. An authorization server generates random secrets of at least 128 bits (RFC 6819 section
5.1.4.2.2); people do not. The check runs after the file is decrypted, and the message never contains a part of the
secret.
"""

RULE = stage_rule("OG502", "secret-weak", Severity.ERROR, stage="decrypt", documentation=_PAGE)
