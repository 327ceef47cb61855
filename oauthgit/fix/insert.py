"""Insert items into a list in the style of their neighbours.

A comment stays with the item beside it.
"""

import re
from typing import Final

from oauthgit.fix.edits import Lines
from oauthgit.fix.remove import is_flow, members
from oauthgit.fix.replace import NotCertainError
from oauthgit.model.document import Document
from oauthgit.model.fix import Edit, Insert
from oauthgit.model.formats.yaml_text import text_like

_DASH: Final = re.compile(r"[ \t]*-[ \t]+")
_BLANKS: Final = re.compile(r"[ \t]*")
_GAP: Final = re.compile(r"[ \t]*(?:\r?\n[ \t]*)?,[ \t]*(?:\r?\n[ \t]*)?")
_COMMENT_LINE: Final = re.compile(r"[ \t]*#[^\n]*\n")
_REST: Final = re.compile(r"[ \t]*(?:(?<=[ \t])#[^\r\n]*)?(?=\r?\n|\Z)")
_REST_OF_MEMBER: Final = re.compile(r"[ \t]*(?P<comma>,)?(?P<comment>[ \t]+#[^\r\n]*)")


def insert_item(lines: Lines, document: Document, pointer: str, fix: Insert) -> Edit:
    """Return the edit that inserts an item into the list at ``pointer``.

    Raises:
        NotCertainError: The list has a form that is not supported.

    """
    items = members(document, pointer)
    if not items:
        return _into_empty(lines, document, pointer, fix.text)
    neighbour = items[0] if fix.first else items[-1]
    text = text_like(fix.text, lines.at(document.marks[neighbour].value))
    if is_flow(lines, document, pointer):
        return (_first_in_flow if fix.first else _last_in_flow)(lines, document, items, text)
    return (_first_in_block if fix.first else _last_in_block)(lines, document, neighbour, text)


def _into_empty(lines: Lines, document: Document, pointer: str, text: str) -> Edit:
    start, end = lines.stretch(document.marks[pointer].value)
    blank = _BLANKS.fullmatch(lines.text, start + 1, end - 1)
    return lines.edit(start + 1 if blank else end - 1, end - 1, text_like(text, ""))


def _first_in_flow(lines: Lines, document: Document, items: list[str], text: str) -> Edit:
    start, _ = lines.stretch(document.marks[items[0]].value)
    return lines.edit(start, start, text + _gap(lines, document, items, 0))


def _last_in_flow(lines: Lines, document: Document, items: list[str], text: str) -> Edit:
    _, end = lines.stretch(document.marks[items[-1]].value)
    rest = _REST_OF_MEMBER.match(lines.text, end)
    if rest is None:
        return lines.edit(end, end, _gap(lines, document, items, -1) + text)
    begin = lines.text.rfind("\n", 0, lines.stretch(document.marks[items[-1]].value)[0]) + 1
    indent = _BLANKS.match(lines.text, begin)
    new_line = line_end_at(lines.text, end) + (indent[0] if indent else "")
    return lines.edit(end, rest.end(), f",{rest['comment']}{new_line}{text}{rest['comma'] or ''}")


def _gap(lines: Lines, document: Document, items: list[str], at: int) -> str:
    """Return the separator of the first two items, or of the last two.

    If it contains a comment, or if there is one item, a separator in the style of the file is returned.
    """
    if len(items) > 1:
        one, other = items[:2] if at == 0 else items[-2:]
        between = lines.text[
            lines.stretch(document.marks[one].value)[1] : lines.stretch(document.marks[other].value)[0]
        ]
        if _GAP.fullmatch(between):
            return between
    start, _ = lines.stretch(document.marks[items[at]].value)
    begin = lines.text.rfind("\n", 0, start) + 1
    alone = _BLANKS.fullmatch(lines.text, begin, start)
    return f",{line_end_at(lines.text, start)}{alone[0]}" if alone else ", "


def _first_in_block(lines: Lines, document: Document, first: str, text: str) -> Edit:
    begin, dash = _dash(lines, document, first)
    above = begin
    while above and _COMMENT_LINE.fullmatch(lines.text, before := lines.text.rfind("\n", 0, above - 1) + 1, above):
        above = before
    return lines.edit(above, above, dash + text + line_end_at(lines.text, begin))


def _last_in_block(lines: Lines, document: Document, last: str, text: str) -> Edit:
    _, dash = _dash(lines, document, last)
    start, end = lines.stretch(document.marks[last].value)
    rest = _REST.match(lines.text, end)
    if rest is None or lines.text[start] in {"|", ">"}:
        raise NotCertainError("the last item of the list does not end at the end of a line")
    return lines.edit(rest.end(), rest.end(), line_end_at(lines.text, rest.end()) + dash + text)


def _dash(lines: Lines, document: Document, item: str) -> tuple[int, str]:
    """Return the index of an item's line, and the dash and blanks before the item."""
    start, _ = lines.stretch(document.marks[item].value)
    begin = lines.offset(document.marks[item].value.line, 1)
    if not _DASH.fullmatch(lines.text, begin, start):
        raise NotCertainError("the items of the list are not on the lines of their dashes")
    return begin, lines.text[begin:start]


def line_end_at(text: str, at: int) -> str:
    """Return the line end after a character.

    In the last line, it is that of the line before.
    """
    end = text.find("\n", at)
    end = end if end >= 0 else text.rfind("\n", 0, at)
    return "\r\n" if text[max(end - 1, 0) : end] == "\r" else "\n"
