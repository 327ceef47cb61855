"""Write values and keys as YAML, in the style of the text that they replace."""

import re
from typing import Final

from oauthgit.fix.edits import Lines
from oauthgit.model.document import Mark
from oauthgit.model.fix import Edit, Quote, Rename, Replace
from oauthgit.model.formats.yaml_text import in_double_quotes, text_like
from oauthgit.model.location import Span

_HEADER: Final = re.compile(r"[|>][0-9+-]*(?P<comment>[ \t]+#[^\r\n]*)?")


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


def _quote(old: str) -> str:
    """Return plain text in double quotation marks, with the same value."""
    if old[:1] in {"'", '"', "|", ">", "[", "{", ""} or "\n" in old:
        raise NotCertainError("this is not plain text on one line")
    return in_double_quotes(old)


def _separator(lines: Lines, span: Span) -> str:
    """Return a space if the value directly follows a colon or a comma.

    A quoted value may do so, but a plain value may not.
    """
    return " " if lines.text[lines.offset(span.line, span.column) - 1] in {":", ","} else ""


def _kept_comment(old: str) -> str:
    """Return the comment after the indicator of a block scalar."""
    header = _HEADER.match(old) if old[:1] in {"|", ">"} else None
    return (header["comment"] or "") if header else ""
