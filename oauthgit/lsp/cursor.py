"""Find the place of the cursor in YAML that is being written, so it may be broken."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

_KEY: Final = re.compile(
    r"(?P<indent> *+)(?P<quote>[\"']?)(?P<key>[^\s#:{}\[\],\"'-][^\s#:{}\[\],\"']*+)(?P=quote)[ \t]*+:(?P<rest>[ \t].*|)"
)
_ITEM: Final = re.compile(r"(?P<indent> *+)-(?P<rest>[ \t].*|)")
_BEGUN: Final = re.compile(r"(?P<indent> *+)(?P<quote>[\"']?)(?P<word>[^\s#:{}\[\],\"']*+)")
_PROPERTIES: Final = re.compile(r"[ \t]*+(?>(?:[&!][^ \t]*+[ \t]++)*)")
"""An anchor and a tag before a value."""
_QUOTED: Final = r""""(?>(?:[^"\\\n]|\\.)*)"?|'[^'\n]*+'?"""
_VALUE: Final = re.compile(
    rf"(?P<value>{_QUOTED}|(?:(?!\#)(?>(?:[^ \t]|[ \t]++(?!\#|\Z))*))?)[ \t]*+(?P<comment>\#.*)?"
)
_TOKEN: Final = re.compile(
    rf"(?P<blank>\s++|(?<!\S)\#[^\n]*+)|(?P<sign>[\[\]{{}},]|:(?=[\s,\[\]{{}}]|\Z))"
    rf"|{_QUOTED}|(?>(?:[^\s,:\[\]{{}}]|:(?![\s,\[\]{{}}]|\Z))+)"
)
"""The parts of a value in flow style: blanks and comments, signs, and scalars."""
_QUOTES: Final = frozenset("\"'")
_OPENING: Final = frozenset("[{")
_CLOSING: Final = frozenset("]}")
_DEEPEST: Final = 16
"""Brackets inside each other that are read; no setting is as deep."""


class Cursor(NamedTuple):
    """Describe the place of the cursor.

    ``path`` are the keys of the mapping around it. ``key`` is the key whose value is being written, empty if a key is.
    ``word`` is the text before the cursor that a completion replaces. ``siblings`` are the other keys of the mapping, with
    the text of their values. ``is_item`` is true in a list, ``is_quoted`` behind a quotation mark. ``gap`` is the blank
    that a value needs before it and that is not written yet.
    """

    path: tuple[str, ...]
    key: str
    word: str
    siblings: Mapping[str, str]
    is_item: bool = False
    is_quoted: bool = False
    gap: str = ""


class _Line(NamedTuple):
    """Hold a line with a key in block style, and its value in the text.

    ``path`` are the keys around it. ``flow`` is the index of the bracket of a value in flow style, which ends on the line
    ``last``; it is -1 for other values.
    """

    number: int
    indent: int
    path: tuple[str, ...]
    key: str
    rest: str
    flow: int
    last: int


class _Frame:
    """Hold a mapping or a list while it is read.

    ``path`` leads to it, and ``keys`` are those of the mapping, or of the one around the list. ``key`` is that of the value
    which is being read, and ``text`` the scalar before.
    """

    def __init__(self, path: tuple[str, ...], keys: dict[str, str], key: str = "", *, is_list: bool = False) -> None:
        self.path = path
        self.keys = keys
        self.key = key
        self.is_list = is_list
        self.text = ""

    def inner(self, sign: str) -> "_Frame":
        """Return the mapping or list that begins with a bracket."""
        is_list = sign == "["
        return _Frame((*self.path, self.key or "0"), self.keys if is_list else {}, is_list=is_list)

    def read(self, sign: str, text: str) -> None:
        """Take a sign or a scalar between the brackets."""
        if sign == ",":
            self.key = self.text = ""
        elif sign == ":":
            self.key = self.text
        elif self.key:
            self.keys[self.key] = text
        elif not self.is_list:
            self.keys[text], self.text = "", text

    def cursor(self, word: str = "", gap: str = "", *, is_quoted: bool = False) -> Cursor:
        """Return the place in the part that is being read; its siblings may follow."""
        path, key = (self.path[:-1], self.path[-1]) if self.is_list else (self.path, self.key)
        return Cursor(path, key, word, self.keys, self.is_list, is_quoted, gap)


def find_cursor(lines: Sequence[str], number: int, column: int) -> Cursor | None:
    """Return the place of the cursor, or None where nothing can be completed.

    ``number`` and ``column`` count from 1. The time is linear in the text.
    """
    before = (lines[number - 1] if number <= len(lines) else "")[: column - 1]
    keys = read_keys(lines)
    above = next((each for each in reversed(keys) if each.number <= number), None)
    if above and above.flow >= 0 and (above.number, above.flow) < (number, column - 1) and number <= above.last:
        text = "\n".join(lines[above.number - 1 : above.last])
        offset = sum(len(line) + 1 for line in lines[above.number - 1 : number - 1]) + column - 1
        return _find_in_flow(_Frame(above.path, _siblings(keys, above.path), above.key), text, above.flow, offset)
    others = [each for each in keys if each.number != number]
    if found := _KEY.fullmatch(before):
        path = _path(others, number, len(found["indent"]))
        return _in_value(Cursor(path, found["key"], "", _siblings(others, path)), found["rest"])
    if found := _ITEM.fullmatch(before):
        path = _path(others, number, len(found["indent"]) + 1)
        if not path:
            return None
        return _in_value(Cursor(path[:-1], path[-1], "", _siblings(others, path[:-1]), is_item=True), found["rest"])
    if found := _BEGUN.fullmatch(before):
        path = _path(others, number, len(found["indent"]))
        return Cursor(path, "", found["word"], _siblings(others, path), is_quoted=bool(found["quote"]))
    return None


def read_keys(lines: Sequence[str]) -> list[_Line]:
    """Return the lines that begin with a key, in block style.

    A value in flow style ends at the latest before a key that is not indented more than its own.
    """
    above: list[tuple[int, str]] = []
    read: list[_Line] = []
    depth = 0
    for number, line in enumerate(lines, 1):
        found = _KEY.fullmatch(line)
        indent = len(found["indent"]) if found else 0
        if depth > 0 and (found is None or indent > read[-1].indent):
            depth += _nesting(line, 0)
            read[-1] = read[-1]._replace(last=number)
            continue
        if found is None:
            continue
        while above and above[-1][0] >= indent:
            above.pop()
        start = _PROPERTIES.match(line, found.start("rest"))
        begin = start.end() if start else len(line)
        is_flow = line[begin : begin + 1] in _OPENING
        depth = _nesting(line, begin) if is_flow else 0
        value = _VALUE.match(line, begin)
        text = value["value"].strip("\"'") if value else ""
        path = tuple(key for _, key in above)
        read.append(_Line(number, indent, path, found["key"], text, begin if is_flow else -1, number))
        above.append((indent, found["key"]))
    return read


def _nesting(line: str, start: int) -> int:
    """Return how many more brackets are opened than closed in a line."""
    signs = [found["sign"] for found in _TOKEN.finditer(line, start)]
    return sum(sign in _OPENING for sign in signs) - sum(sign in _CLOSING for sign in signs)


def _in_value(cursor: Cursor, rest: str) -> Cursor | None:
    """Return the cursor with the text behind its key, or None behind a complete value."""
    if not rest:
        return cursor._replace(gap=" ")
    start = _PROPERTIES.match(rest)
    text = rest[start.end() :] if start else rest
    found = _VALUE.fullmatch(text)
    if found is None or found["comment"] or text[:1] in {"|", ">"}:
        return None
    if text[:1] not in _QUOTES:
        return cursor._replace(word=text)
    return None if _is_closed(text) else cursor._replace(word=text[1:], is_quoted=True)


def _path(keys: Sequence[_Line], number: int, indent: int) -> tuple[str, ...]:
    """Return the keys of the mapping around a line of this indentation."""
    above: list[_Line] = []
    for each in keys:
        if each.number > number:
            break
        while above and above[-1].indent >= each.indent:
            above.pop()
        above.append(each)
    return tuple(each.key for each in above if each.indent < indent)


def _siblings(keys: Sequence[_Line], path: tuple[str, ...]) -> dict[str, str]:
    return {each.key: each.rest for each in keys if each.path == path}


def _find_in_flow(around: _Frame, text: str, start: int, offset: int) -> Cursor | None:
    """Return the place of the cursor in a value in flow style, or None behind a value.

    The value begins at ``start``, below the mapping ``around``.
    """
    cursor, own = None, ""
    for token, here, is_complete in _read_flow(around, text, start):
        if cursor is None and token.end() >= offset:
            cursor = _at_token(token, here, offset, is_complete=is_complete)
            if cursor is None:
                return None
            own = cursor.key or token[0].strip("\"'")
    siblings = {key: value for key, value in cursor.siblings.items() if key != own} if cursor else {}
    return cursor._replace(siblings=siblings) if cursor else None


def _read_flow(around: _Frame, text: str, start: int) -> Iterator[tuple[re.Match[str], _Frame, bool]]:
    """Yield each part, the mapping or list that it is in, and True behind a value."""
    frames = [around]
    is_complete = False
    for token in _TOKEN.finditer(text, start):
        here, sign = frames[-1], token["sign"]
        if sign in _OPENING:
            frames.append(here.inner(sign))
        elif sign in _CLOSING:
            frames.pop()
        elif token["blank"] is None:
            here.read(sign or "", token[0].strip("\"'"))
        if not 1 < len(frames) < _DEEPEST:
            return
        is_complete = sign in _CLOSING if sign else is_complete or token["blank"] is None
        yield token, frames[-1], is_complete


def _at_token(token: re.Match[str], here: _Frame, offset: int, *, is_complete: bool) -> Cursor | None:
    """Return the place of the cursor in or behind a part, or None behind a value."""
    if token["sign"]:
        return None if is_complete else here.cursor(gap=" " if token[0] == ":" else "")
    if token["blank"]:
        return None if is_complete or token[0].startswith("#") else here.cursor()
    begun = token.string[token.start() : offset]
    return None if _is_closed(begun) else here.cursor(begun.lstrip("\"'"), is_quoted=begun[0] in _QUOTES)


def _is_closed(text: str) -> bool:
    return len(text) > 1 and text[0] in _QUOTES and text[0] == text[-1]
