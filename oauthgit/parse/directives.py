"""Comments that speak to this tool, found by what lies outside of keys and values."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from oauthgit.model.directive import Directive
from oauthgit.model.document import Document
from oauthgit.model.location import Location, Span
from oauthgit.parse.comments import SECRET
from oauthgit.parse.scalar import scalars

_MEANT: Final = re.compile(r"(?:(?<=\s)|^)#+[ \t]*oauthgit[ \t]*(?::[ \t]*)?(?:ign|[\w-]+[ \t]*[\[(])", re.IGNORECASE)
_FORM: Final = re.compile(r"#[ \t]*oauthgit:[ \t]*ignore\[([^\[\]]*)\](.*)")
_CODE: Final = re.compile(r"OG[0-9]{3}")
_UNTIL: Final = re.compile(r"(?:(?<=\s)|^)until\s*=\s*(\S*)")
_UNTIL_PERHAPS: Final = re.compile(r"\buntil\b\W*[0-9]", re.IGNORECASE)
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REASON: Final = 200


def directives(document: Document, text: str) -> tuple[Directive, ...]:
    """Return the comments in ``text`` that are meant to suppress findings, whether or not they are well formed.

    Text without such words is not looked at any closer, so a file pays for this only where it uses it.
    """
    if "oauthgit" not in text.lower() or not _MEANT.search(text):
        return ()
    lines = text.splitlines()
    return tuple(
        _directive(Location(document.file, number, start + 1, number, len(line) + 1), line[start:], concerned)
        for number, start, concerned in _meant(document, lines)
        for line in (lines[number - 1],)
    )


def _meant(document: Document, lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield for every such comment its line, where it starts there, and the line that it concerns."""
    taken = _taken(document, lines)
    for number, line in enumerate(lines, 1):
        if "#" not in line:
            continue
        spans = taken.get(number, ())
        first = next((at.start() for at in re.finditer("#", line) if not _is_inside(at.start(), spans)), None)
        if first is None:
            continue
        match = _MEANT.search(line, first)
        if match:
            yield number, match.start(), number if line[:first].strip() else _next(lines, number)


def _is_inside(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _next(lines: Sequence[str], number: int) -> int:
    """Return the number of the next line that holds something besides a comment, or 0."""
    rest = enumerate(lines[number:], number + 1)
    return next((following for following, line in rest if line.strip() and not line.lstrip().startswith("#")), 0)


def _taken(document: Document, lines: Sequence[str]) -> dict[int, list[tuple[int, int]]]:
    """Return for every line the stretches of it that are keys or scalars, counted from 0."""
    taken: dict[int, list[tuple[int, int]]] = {}
    spans = [mark.key for mark in document.marks.values() if mark.key]
    spans += [document.marks[pointer].value for pointer, _, _ in scalars(document.data) if pointer in document.marks]
    for span in spans:
        for number in range(span.line, span.end_line + 1):
            start = span.column - 1 if number == span.line else 0
            end = span.end_column - 1 if number == span.end_line else len(lines[number - 1])
            if number == span.line and _is_block(span, lines):
                end = start + 1
            taken.setdefault(number, []).append((start, end))
    return taken


def _is_block(span: Span, lines: Sequence[str]) -> bool:
    """Tell whether a block scalar begins here: behind its indicator a comment may stand."""
    return lines[span.line - 1][span.column - 1 : span.column] in {"|", ">"}


def _directive(place: Location, comment: str, line: int) -> Directive:
    """Read a comment; nothing of one that may hold a secret is kept."""
    match = _FORM.fullmatch(comment)
    if SECRET.search(comment):
        return Directive(place, fault="this comment holds a secret")
    if match is None:
        return Directive(place, fault="this looks like a suppression and is none")
    codes, fault = [], ""
    at = match.start(1)
    for written in match[1].split(","):
        code = written.strip()
        start = place.column + at + len(written) - len(written.lstrip())
        codes.append((code, place._replace(column=start, end_column=start + len(code))))
        if not _CODE.fullmatch(code):
            fault = "a suppression names whole codes, such as OG301 or OG301,OG430"
        at += len(written) + 1
    dates = _UNTIL.findall(match[2])
    reason = " ".join(_UNTIL.sub("", match[2]).split())
    if _MEANT.search(match[2]):
        fault = "one comment holds one suppression, which may name several codes"
    elif len(dates) > 1 or not all(map(_is_date, dates)) or _UNTIL_PERHAPS.search(reason):
        fault = "until is followed by one date, such as until=2027-01-31"
    if fault:
        return Directive(place, fault=fault)
    stated = reason[:_REASON] if re.search(r"\w", reason) else ""
    return Directive(place, line, tuple(codes), stated, dates[0] if dates else None)


def _is_date(text: str) -> bool:
    try:
        return bool(_ISO.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
