"""Find client secrets in plain text in files of any format: JSON, .env, backups."""

import re
from typing import Final

from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.placeholder import is_left_open, is_no_secret

_ASSIGNED: Final = regex(
    r"""
    (?P<client>client[-_ ]?)? (?:secret|passw(?:or)?d) ["']? \s*
    (?: : | = | => | > | (?=["']) ) \s* (?: [|>][+-]? \s+ )?
    (?: "(?P<double>[^\s"]{8,512}+)" | '(?P<single>[^\s']{8,512}+)'
      | (?P<bare>[^\s"'<>,;{}#&]{8,512}+) (?= [ \t]* (?: [,;}&<#\r\n] | \Z ) | (?<= [A-Za-z0-9] ) [ \t]+ -) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_REFERENCE: Final = regex(r"ENC\[.*|[$%*!@].*|[a-z]+:/.*|\.{0,2}/.*")
_MIXED: Final = regex(r".*[0-9].*|.*[a-z].*[A-Z].*|.*[A-Z].*[a-z].*")
_LONG: Final = 16


def find_plain_secret(content: bytes) -> tuple[int, int, int] | None:
    """Return line, column and length of the first secret in plain text, or None.

    A secret is a value of at least eight characters, as they are generated, under a key that ends in secret or password.
    Placeholders, references and ciphertext are none. Files that are not text are not searched.
    """
    wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    text = content.decode("utf-16" if wide else "utf-8-sig", errors="replace")
    for match in _ASSIGNED.finditer(text) if "\0" not in text else ():
        group = next(name for name in ("double", "single", "bare") if match[name])
        if _is_secret(match[group], of_client=match["client"] is not None):
            start = match.start(group)
            return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start), len(match[group])
    return None


def _is_secret(value: str, *, of_client: bool) -> bool:
    if _REFERENCE.fullmatch(value) or is_no_secret(value) or is_left_open(value):
        return False
    return _MIXED.fullmatch(value) is not None or (of_client and len(value) >= _LONG)
