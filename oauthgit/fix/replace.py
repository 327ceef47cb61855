"""Write values and keys as YAML, in the style of the text that they replace."""

import re
from typing import Final

from oauthgit.fix.edits import Lines
from oauthgit.model.document import Mark
from oauthgit.model.fix import Edit, Quote, Rename, Replace
from oauthgit.model.location import Span

_PLAIN: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9_./?=&%+~@-]*(?:://[A-Za-z0-9_./?=&%+~@-]+(?::[0-9]+[A-Za-z0-9_./?=&%+~@-]*)?)?"
)
"""Text that needs no quotation marks in any place."""

_WORDS: Final = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_HEADER: Final = re.compile(r"[|>][0-9+-]*(?P<comment>[ \t]+#[^\r\n]*)?")
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_LAST: Final = 0xFFFF


class NotCertainError(Exception):
    """Report that a fix cannot be written here with certainty; the text is the reason."""


def replace_value(lines: Lines, mark: Mark, fix: Replace | Quote | Rename) -> Edit:
    """Return the edit that replaces the value or the key at ``mark``.

    Raises:
        NotCertainError: The old text has a form that is not supported.

    """
    if isinstance(fix, Rename) or (isinstance(fix, Quote) and fix.key):
        if mark.key is None:
            raise NotCertainError("there is no key here")
        old = lines.at(mark.key)
        return Edit(mark.key, text_like(fix.key, old) if isinstance(fix, Rename) else _quote(old))
    old = lines.at(mark.value)
    if isinstance(fix, Quote):
        return Edit(mark.value, _quote(old))
    return Edit(mark.value, _separator(lines, mark.value) + _value(fix.value, old) + _kept_comment(old))


def _value(value: str | int | bool | tuple[str, ...], old: str) -> str:  # noqa: FBT001 - a value of YAML
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        quote = old if old[:1] in {"'", '"'} else ""
        return f"[{', '.join(text_like(item, quote) for item in value)}]"
    if old[:1] in {"[", "{", "&", "*", "!"}:
        raise NotCertainError("this is a collection, not a single value")
    return text_like(value, old) if isinstance(value, str) else str(value)


def text_like(value: str, old: str) -> str:
    """Return a text in the quotation marks of ``old``, or without if that is safe."""
    if old.startswith("'") and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if not old.startswith('"') and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return _double(value)


def _quote(old: str) -> str:
    """Return plain text in double quotation marks, with the same value."""
    if old[:1] in {"'", '"', "|", ">", "[", "{", ""} or "\n" in old:
        raise NotCertainError("this is not plain text on one line")
    return _double(old)


def _double(value: str) -> str:
    return '"' + "".join(map(_escape, value)) + '"'


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04X}" if number <= _LAST else f"\\U{number:08X}"


def _separator(lines: Lines, span: Span) -> str:
    """Return a space if the value directly follows a colon or a comma.

    A quoted value may do so, but a plain value may not.
    """
    return " " if lines.text[lines.offset(span.line, span.column) - 1] in {":", ","} else ""


def _kept_comment(old: str) -> str:
    """Return the comment after the indicator of a block scalar."""
    header = _HEADER.match(old) if old[:1] in {"|", ">"} else None
    return (header["comment"] or "") if header else ""
