"""Write text as a scalar of YAML, in quotation marks where it needs them."""

from typing import Final

from oauthgit.model.formats.lazy_regex import regex

_PLAIN: Final = regex(
    r"[A-Za-z][A-Za-z0-9_./?=&%+~@-]*(?:://[A-Za-z0-9_./?=&%+~@-]+(?::[0-9]+[A-Za-z0-9_./?=&%+~@-]*)?)?"
)
"""Text that needs no quotation marks in any place."""

_WORDS: Final = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_LAST: Final = 0xFFFF


def text_like(value: str, old: str) -> str:
    """Return a text in the quotation marks of ``old``, or without if that is safe."""
    if old.startswith("'") and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if not old.startswith('"') and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return in_double_quotes(value)


def in_double_quotes(value: str) -> str:
    """Return a text in double quotation marks, with escapes where it needs them."""
    return '"' + "".join(map(_escape, value)) + '"'


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04X}" if number <= _LAST else f"\\U{number:08X}"
