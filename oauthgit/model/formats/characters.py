"""Find and name characters that are odd in client ids and secrets.

RFC 6749 appendix A.1 and A.2 allow printable ASCII, with blanks (VSCHAR).
"""

from typing import Final

_FIRST, _LAST = " ", "~"
_CONTROLS: Final = {
    "\0": "NULL",
    "\t": "CHARACTER TABULATION",
    "\n": "LINE FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
    "\ufeff": "BYTE ORDER MARK",
}
_QUOTES: Final = ('""', "''", "``", "\u201c\u201d", "\u2018\u2019", "\u201e\u201c", "\u201e\u201d", "\u00ab\u00bb")


def find_forbidden(text: str) -> str:
    """Return the first character that is not allowed, or an empty text."""
    if text.isascii() and text.isprintable():
        return ""
    return next((character for character in text if not _FIRST <= character <= _LAST), "")


def name_character(character: str) -> str:
    """Return code and name of a character, such as ``U+0022 QUOTATION MARK``."""
    import unicodedata  # plain ASCII does not need this table

    unnamed = "CONTROL CHARACTER" if unicodedata.category(character) == "Cc" else "CHARACTER WITHOUT A NAME"
    known = _CONTROLS.get(character) or unicodedata.name(character, unnamed)
    return f"U+{ord(character):04X} {known}"


def describe_odd_secret(text: str) -> str:
    """Return the words for an odd character of a secret, or an empty text.

    It continues a sentence about the secret, and names at most one character. That is never a letter or a digit.
    """
    quotes = next((pair for pair in _QUOTES if len(text) > 1 and text[0] + text[-1] == pair), "")
    if quotes:
        return f"stands in quotation marks ({name_character(quotes[0])})"
    for end, words in ((text[-1:], "ends with"), (text[:1], "begins with")):
        if end.isspace() or find_forbidden(end):
            return f"{words} {_name_part(end)}"
    forbidden = find_forbidden(text)
    return f"contains {_name_part(forbidden)}" if forbidden else ""


def needs_encoding(text: str) -> bool:
    """Return True if clients and servers encode ``text`` differently in the header.

    RFC 6749 section 2.3.1 requires both parts to be form-encoded first (appendix B), and many programs do not do
    it. Then a colon separates them in the wrong place. Plus, percent, ampersand, equals sign, blank and non-ASCII
    characters change.
    """
    return not text.isascii() or not set(text).isdisjoint(":%+&= ")


def _name_part(character: str) -> str:
    return "a letter or digit outside ASCII" if character.isalnum() else name_character(character)
