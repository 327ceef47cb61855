"""A secret can be guessed.

It is a placeholder, the client id, a text that repeats itself, or has fewer than ten characters. Whoever guesses it acts
as the application. An authorization server makes secrets of at least 128 bits at random (RFC 6819 section 5.1.4.2.2);
people do not. Found once a key opens the file; the message never holds a part of the secret.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG502", "secret-weak", Severity.ERROR, stage="decrypt", documentation=__doc__)
