"""Document OG509: a plain comment in a secrets file."""

from oauthgit.model.finding import Severity
from oauthgit.model.rule import stage_rule

_PAGE = """\
A comment in a secrets file is in plain text.

SOPS encrypts the comments of a file whose values it encrypts. It does not encrypt comments that were added later, nor
those outside the selection of `encrypted_regex`. The MAC does not cover such a comment: anybody can write one that
instructs a person with the key, or one with confidential text.
"""

RULE = stage_rule("OG509", "sops-comment-plaintext", Severity.WARNING, stage="parse", documentation=_PAGE)
