"""Split a text of ordinary YAML into lines, items and members by patterns."""

import re
from collections.abc import Iterator
from typing import Final

from oauthgit.model.formats.lazy_regex import regex

_FIRST: Final = r"[^\ \n:\#\-?,\[\]{}&*!|>'\"%@`]"
"""The usual first character of a plain scalar: any except the indicators of YAML."""
_PLAIN: Final = rf"(?:{_FIRST}|-++(?=[A-Za-z0-9]))[^\ \n:\#]*+(?>(?:(?:\ ++|[:\#])[^\ \n:\#]++)*)"
_KEY: Final = r"[A-Za-z_]\w*+(?>(?::?[\w./<>\-]++)*)|\"[\w.\-]++\""
_SINGLE: Final = r"'(?>(?:[^'\n]++|'')*)'"
_IN_FLOW: Final = r"[^\ \n:\#?,\[\]{}'\"]"
_ITEM: Final = rf"(?:{_FIRST}{_IN_FLOW}*+(?>(?:(?:\ ++|:){_IN_FLOW}++)*)|\"[^\"\\\n]*+\"|{_SINGLE})"
_NAME: Final = r"[A-Za-z_]\w*+"
_BLANK: Final = r"(?>(?:\ *+\#[^\n]*+\n|\n)*)"
_LINE: Final = regex(
    rf"""
    (\ *+) (?> (-\ ++)? ) (?> (?: ({_KEY}) : (?=[\ \n]) )? ) \ *+
    (?> (
        {_PLAIN} (?> (?: \n\1\ ++{_PLAIN}(?=\n) )* )
      | " [^"\\\n]*+ (?> (?: \n\ ++[^\ "\\\n][^"\\\n]*+ )* ) "
      | {_SINGLE}
      | \[ \ *+ (?> (?: {_ITEM} \ *+ (?: ,(?!\ *+\])\ *+ | (?=\]) ) )* ) \]
      | \{{ \ *+ (?> (?: {_NAME}:\ ++{_ITEM} \ *+ (?: ,(?!\ *+\}})\ *+ | (?=\}}) ) )* ) \}}
      | [|>]-?+ (?> (?: \n (?> (?: \1\ [^\n]*+ )? ) (?=\n) )* )
    )? )
    \ *+ (?> (?: (?<=\ )\#[^\n]*+ )? ) \n {_BLANK}
    | [\s\S]++                               # all the rest, if it is other YAML
    """,
    re.VERBOSE | re.ASCII,
)
"""The indentation, dash, key and value of a line, and the blank lines and comments below it."""
_HEAD: Final = regex(rf"{_BLANK}(?>(?:---\n{_BLANK})?)", re.VERBOSE)
ITEM: Final = regex(_ITEM, re.VERBOSE)
MEMBER: Final = regex(rf"({_NAME}):\ ++({_ITEM})", re.VERBOSE | re.ASCII)
BREAK: Final = regex(r"\n +")


class GivenUpError(Exception):
    """Report that a text may contain other YAML."""


def split_lines(text: str) -> list[tuple[str, str, str, str]]:
    """Return the indentation, dash, key and value of each line.

    All four are empty for other YAML.
    """
    return _LINE.findall(*_complete(text))


def match_lines(text: str) -> Iterator[re.Match[str]]:
    """Return the matches of what :func:`split_lines` returns, with their places."""
    return _LINE.finditer(*_complete(text))


def _complete(text: str) -> tuple[str, int]:
    """Return a text with a line feed at its end, and the place of its first value."""
    if text[-1:] != "\n":
        if "|" in text or ">" in text:
            raise GivenUpError  # a line feed would change the value of a block at the end
        text += "\n"
    head = _HEAD.match(text)
    return text, head.end() if head else 0
