"""Document OG522: a secret that is too short."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A secret has less than 128 bits.

The bits are counted from the length of the secret and the kinds of characters in it; RFC 6819 section 5.1.4.2.2
recommends at least 128 bits. Secrets of a provider in the catalogue are not counted, because the provider chooses their
length. The check runs after the file is decrypted.
"""

RULE = stage_rule("OG522", "secret-short", Severity.WARNING, stage="decrypt", documentation=_PAGE)
