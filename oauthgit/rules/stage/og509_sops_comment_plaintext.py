"""A comment in a secrets file stands in plain text.

SOPS encrypts the comments of a file whose values it encrypts, but not those that were added afterwards, nor those
outside of what `encrypted_regex` selects. Such a comment is not covered by the MAC: anybody can write one that says what
a person with the key should do, or that holds what should not be read.
"""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

RULE = stage_rule("OG509", "sops-comment-plaintext", Severity.WARNING, stage="parse", documentation=__doc__)
