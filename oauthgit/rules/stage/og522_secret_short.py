"""A secret has less than 128 bits.

Counted by its length and the kinds of characters in it; RFC 6819 section 5.1.4.2.2 asks for 128 bits at least. Secrets
of a provider in the catalogue are not counted, for their length is the provider's choice. Found once a key opens the
file.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG522", "secret-short", Severity.WARNING, stage="decrypt", documentation=__doc__)
