"""Add a setting to a file, or replace its value, in the style of the file."""

import re
from collections.abc import Sequence
from typing import Final

from oauthgit.fix.edits import Lines, apply_edits
from oauthgit.fix.insert import line_end_at
from oauthgit.fix.remove import is_flow, members
from oauthgit.fix.replace import NotCertainError
from oauthgit.model.document import Document
from oauthgit.model.fix import Edit
from oauthgit.model.formats.json_pointer import child, join, value_at

_REST: Final = re.compile(r"[ \t]*(?:(?<=[ \t])#[^\r\n]*)?(?=\r?\n|\Z)")
_BLANKS: Final = re.compile(r"[ \t]*")
_INDENT: Final = "  "
_NEW_LINE: Final = "\n"


def add_entry(content: bytes, document: Document, path: Sequence[str], value: str, below: str) -> bytes:
    """Return the content with ``value`` at a path of keys; all else stays.

    ``value`` must be plain text in YAML. Missing mappings are added. A new setting is written below the setting ``below``,
    or at the end of its mapping.

    Raises:
        NotCertainError: The file has a form that is not supported.

    """
    lines = Lines(content.decode())
    depth = max(number for number in range(len(path) + 1) if not number or join(*path[:number]) in document.marks)
    holder, missing = join(*path[:depth]), path[depth:]
    if not missing:
        edit = _replace(lines, document, holder, value)
    elif not isinstance(found := value_at(document.data, holder), dict):
        raise NotCertainError("the setting cannot be added to a value that is not a mapping")
    elif is_flow(lines, document, holder):
        start, _ = lines.stretch(document.marks[holder].value)
        edit = lines.edit(start + 1, start + 1, _in_flow(missing, value) + (", " if found else ""))
    elif found:
        added = [f"{_INDENT * level}{key}:" for level, key in enumerate(missing)]
        anchor = child(holder, below if below in found else list(found)[-1])
        edit = _append(lines, document, holder, anchor, f"{_NEW_LINE.join(added)} {value}")
    else:
        raise NotCertainError("the mapping is empty")
    return apply_edits(lines, [edit]).encode()


def _replace(lines: Lines, document: Document, pointer: str, value: str) -> Edit:
    span = document.marks[pointer].value
    old = lines.at(span)
    if old[:1] in {"[", "{", "&", "*", "!", "|", ">", ""} or "\n" in old:
        raise NotCertainError("the old value is not plain text on one line")
    quote = old[0] if old[0] in {"'", '"'} else ""
    return Edit(span, f"{quote}{value}{quote}")


def _append(lines: Lines, document: Document, holder: str, anchor: str, added: str) -> Edit:
    """Return the edit that adds lines to a mapping, below the member at ``anchor``."""
    first = document.marks[members(document, holder)[0]].key
    begin = lines.offset(first.line, 1) if first else 0
    indent = lines.text[begin : lines.offset(first.line, first.column)] if first else ""
    if first is None or not _BLANKS.fullmatch(indent):
        raise NotCertainError("the first setting is not at the start of its line")
    while isinstance(inner := value_at(document.data, anchor), dict | list) and inner:
        if is_flow(lines, document, anchor):
            break
        anchor = members(document, anchor)[-1]
    start, end = lines.stretch(document.marks[anchor].value)
    rest = _REST.match(lines.text, end)
    if rest is None or lines.text[start : start + 1] in {"|", ">"}:
        raise NotCertainError("the setting before it does not end at the end of a line")
    new_line = line_end_at(lines.text, rest.end())
    text = "".join(f"{new_line}{indent}{line}" for line in added.split(_NEW_LINE))
    return lines.edit(rest.end(), rest.end(), text)


def _in_flow(missing: Sequence[str], value: str) -> str:
    return f"{': {'.join(missing)}: {value}{'}' * (len(missing) - 1)}"
