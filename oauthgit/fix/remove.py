"""Remove entries: lines in block style, members in flow style, emptied mappings."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from oauthgit.fix.edits import Lines
from oauthgit.fix.replace import NotCertainError
from oauthgit.model.document import Document
from oauthgit.model.fix import Edit
from oauthgit.model.formats.json_pointer import child, parent, value_at

_INDENT: Final = re.compile(r"[ \t]*")
_DASH: Final = re.compile(r"[ \t]*-[ \t]+")
_REST: Final = re.compile(r"[ \t]*(?:(?<=[ \t])#[^\n]*|\r)?(?:\n|\Z)")
_HEAD: Final = re.compile(r"[ \t]*:[ \t]*(?:(?<=[ \t])#[^\n]*|\r)?\n")
_COMMENT: Final = re.compile(r"^[ \t]*#|[ \t]#", re.MULTILINE)
_OWN_LINE: Final = re.compile(r"\n[ \t]*#")

Stretch = tuple[int, int]


class Removal(NamedTuple):
    """Hold the edits that delete all entries, their pointers, and the skipped entries.

    ``left`` are the reasons of the skipped entries, by pointer.
    """

    edits: tuple[Edit, ...]
    pointers: frozenset[str]
    skipped: dict[str, str]


def remove_entries(lines: Lines, document: Document, pointers: set[str]) -> Removal:
    """Return the deletion of the entries at ``pointers``.

    Mappings that become empty are deleted too. A comment is deleted only with its line. An entry that contains a comment
    on a line of its own is skipped. A file without a line feed at its end stays so.
    """
    left: dict[str, str] = {}
    while True:
        gone = _add_emptied(document, pointers - left.keys())
        stretches: list[Stretch] = []
        failed = False
        for pointer in gone:
            try:
                stretches += _stretches(lines, document, pointer, gone)
            except NotCertainError as error:
                failed = True
                left |= {each: str(error) for each in pointers if f"{each}/".startswith(f"{pointer}/")}
        if not failed:
            edits = tuple(lines.edit(start, end, "") for start, end in _join_stretches(lines.text, stretches))
            return Removal(edits, frozenset(pointers - left.keys()), left)


def _add_emptied(document: Document, pointers: set[str]) -> set[str]:
    """Add the mappings that lose all members, from the inside out; the document stays."""
    gone = set(pointers)
    waiting = list(pointers)
    while waiting:
        holder = parent(waiting.pop())
        value = value_at(document.data, holder)
        emptied = holder and holder not in gone and isinstance(value, dict)
        if emptied and all(child(holder, key) in gone for key in value):
            gone.add(holder)
            waiting.append(holder)
    return gone


def _stretches(lines: Lines, document: Document, pointer: str, gone: set[str]) -> Iterator[Stretch]:
    """Yield the ranges to delete for one entry.

    For an emptied block mapping this is the line of its key, because its members have ranges of their own.
    """
    holder = parent(pointer)
    if is_flow(lines, document, holder):
        if holder not in gone:
            yield _member(lines, document, pointer, gone)
        return
    mark = document.marks[pointer]
    start = mark.key or mark.value
    begin = lines.offset(start.line, 1)
    before = _INDENT if mark.key else _DASH
    if not before.fullmatch(lines.text, begin, lines.offset(start.line, start.column)):
        raise NotCertainError("something else stands on the same line")
    value = value_at(document.data, pointer)
    if isinstance(value, dict) and value and not is_flow(lines, document, pointer) and mark.key:
        head = _HEAD.match(lines.text, lines.offset(mark.key.end_line, mark.key.end_column))
        if head is None:
            raise NotCertainError("something else stands on the line of the key")
        yield begin, head.end()
        return
    end = lines.offset(mark.value.end_line, mark.value.end_column)
    rest = _REST.match(lines.text, end)
    if rest is None:
        raise NotCertainError("something else stands on the same line")
    if _OWN_LINE.search(lines.text, begin, end):
        raise NotCertainError("it contains a comment on a line of its own")
    yield begin, rest.end()


def _member(lines: Lines, document: Document, pointer: str, gone: set[str]) -> Stretch:
    """Return the range of a member in braces or brackets, with its comma.

    This is the comma before the member if a member before it stays, else the comma after it.
    """
    holder = parent(pointer)
    siblings = members(document, holder)
    at = siblings.index(pointer)
    kept = [number for number, sibling in enumerate(siblings) if sibling not in gone]
    if not kept:
        raise NotCertainError("the list would become empty")
    if at > kept[0]:
        before, own = document.marks[siblings[at - 1]].value, document.marks[pointer].value
        stretch = lines.stretch(before)[1], lines.stretch(own)[1]
    else:
        stretch = _start(lines, document, pointer), _start(lines, document, siblings[at + 1])
    if _COMMENT.search(lines.text, *stretch):
        raise NotCertainError("it may contain a comment")
    return stretch


def members(document: Document, pointer: str) -> list[str]:
    """Return the pointers of the members of a mapping or list, in order."""
    value = value_at(document.data, pointer)
    return [child(pointer, key) for key in (value if isinstance(value, dict) else range(len(value)))]


def _start(lines: Lines, document: Document, pointer: str) -> int:
    mark = document.marks[pointer]
    span = mark.key or mark.value
    return lines.offset(span.line, span.column)


def is_flow(lines: Lines, document: Document, pointer: str) -> bool:
    """Return True if a mapping or a list is written in braces or brackets."""
    return lines.at(document.marks[pointer].value)[:1] in {"{", "["}


def _join_stretches(text: str, stretches: list[Stretch]) -> list[Stretch]:
    """Join ranges that touch.

    A range to the end of a file without a line feed there also removes the line feed before it.
    """
    united: list[Stretch] = []
    for start, end in sorted(stretches):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    if united and united[-1][1] == len(text) and not text.endswith("\n"):
        start, end = united[-1]
        united[-1] = (len(text[:start].removesuffix("\n").removesuffix("\r")), end)
    return united
