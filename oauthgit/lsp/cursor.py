"""Find the place of the cursor in YAML that is being written, so it may be broken."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

_KEY: Final = re.compile(r"(?P<indent> *+)(?P<key>[^\s#:{}\[\],\"'-][^\s#:{}\[\],\"']*+)[ \t]*+:(?P<rest>[ \t].*|)")
_COMMENT: Final = re.compile(r"(?:^|[ \t])#.*")
_WORD: Final = re.compile(r"[^\s,\[\]{}\"']*$")
_IN_FLOW: Final = re.compile(r"(?P<key>[A-Za-z_]\w*)\s*:\s*(?P<value>[^\s,{}\[\]]*)")


class Cursor(NamedTuple):
    """Describe the place of the cursor.

    ``path`` are the keys of the mapping around it. ``key`` is the key whose value is being written, empty if a key is.
    ``word`` is the text before the cursor that a completion replaces. ``siblings`` are the other keys of the mapping, with
    the text of their values. ``is_item`` is true in a list.
    """

    path: tuple[str, ...]
    key: str
    word: str
    siblings: dict[str, str]
    is_item: bool = False


class _Line(NamedTuple):
    """Hold a line with a key: its number, indentation, keys around it, and parts."""

    number: int
    indent: int
    path: tuple[str, ...]
    key: str
    rest: str


def find_cursor(lines: Sequence[str], number: int, column: int) -> Cursor | None:
    """Return the place of the cursor, or None in a comment.

    ``number`` and ``column`` count from 1. Mappings are in block style; a mapping or list in flow style is on one line.
    """
    line = lines[number - 1] if number <= len(lines) else ""
    before = line[: column - 1]
    if _COMMENT.search(before):
        return None
    found = _KEY.fullmatch(before)
    word = _last_word(before)
    indent = len(before) - len(before.lstrip(" "))
    keys = [each for each in read_keys(lines) if each.number != number]
    if found is None and before.lstrip().startswith("-"):
        path = _path(keys, number, indent + 1)
        return Cursor(path[:-1], path[-1], word, _siblings(keys, path[:-1]), is_item=True) if path else None
    path = _path(keys, number, indent)
    if found is None:
        return Cursor(path, "", word, _siblings(keys, path))
    rest = found["rest"].lstrip()
    if rest.startswith("{"):
        return _in_flow(path, found["key"], rest, line[column - 1 :])
    return Cursor(path, found["key"], word, _siblings(keys, path), is_item=rest.startswith("["))


def read_keys(lines: Sequence[str]) -> Iterator[_Line]:
    """Yield the lines that begin with a key, in block style."""
    above: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        found = _KEY.fullmatch(_COMMENT.sub("", line).rstrip())
        if found is None:
            continue
        indent = len(found["indent"])
        while above and above[-1][0] >= indent:
            above.pop()
        yield _Line(number, indent, tuple(key for _, key in above), found["key"], found["rest"].strip(" \t\"'"))
        above.append((indent, found["key"]))


def _last_word(text: str) -> str:
    found = _WORD.search(text)
    return found[0] if found else ""


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


def _in_flow(path: tuple[str, ...], key: str, rest: str, after: str) -> Cursor:
    """Return the place of the cursor in a mapping in braces."""
    own = rest.rpartition(",")[2].lstrip("{ \t")
    name, colon, _ = own.partition(":")
    inside = {match["key"]: match["value"] for match in _IN_FLOW.finditer(rest[1:] + after)}
    if colon:
        inside.pop(name.strip(), None)
    return Cursor((*path, key), name.strip() if colon else "", _last_word(rest), inside)
