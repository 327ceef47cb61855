"""Find suppression comments, which are outside of keys and values."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from oauthgit.model.document import Document
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.location import Location, Span
from oauthgit.model.suppression import Suppression
from oauthgit.parse.comments import SECRET
from oauthgit.parse.limits import CODES, SUPPRESSIONS
from oauthgit.parse.scalar import scalars

_LOOKALIKES: Final = {0xFF01 + number: chr(0x21 + number) for number in range(94)} | dict.fromkeys(
    map(ord, "\xa0\u1680\u202f\u205f\u2800\u3000\u3164\uffa0\u115f\u1160" + "".join(map(chr, range(0x2000, 0x200B)))),
    " ",
)
"""Full-width characters and blanks, with the character of ASCII that each looks like."""
_SUPPRESSION: Final = regex(
    r"(?:(?<=\s)|^)#+[ \t]*+(?:oauthgit[ \t]*+(?:[:;=-][ \t]*+)?(?:ign|[\w-]++[ \t]*+[\[(])"
    r"|(?:[^\s#`]{0,24}?[ \t]*+)ign\w{0,8}[ \t]*+[\[(][ \t]*+OG[0-9])",
    re.IGNORECASE,
)
"""The beginning of a comment that looks like a suppression, also with another name or without one."""
_FORM: Final = regex(r"#[ \t]*oauthgit:[ \t]*ignore\[([^\[\]]*)\](.*)")
_CODE: Final = regex(r"OG[0-9]{3}")
_UNTIL: Final = regex(r"(?:(?<=\s)|^)until\s*=\s*(\S*)")
_UNTIL_PERHAPS: Final = regex(r"\buntil\b\W*[0-9]", re.IGNORECASE)
_ISO: Final = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REASON: Final = 200


def may_suppress(text: str) -> bool:
    """Return True if ``text`` contains words that look like a suppression."""
    text = _replace_lookalikes(text)
    lower = text.lower()
    return ("oauthgit" in lower or "ign" in lower) and _SUPPRESSION.search(text) is not None


def _replace_lookalikes(text: str) -> str:
    """Return ``text`` as a reader sees it; every character keeps its column."""
    return text if text.isascii() else text.translate(_LOOKALIKES)


def read_suppressions(document: Document, text: str) -> tuple[Suppression, ...]:
    """Return the suppression comments in ``text``, well formed or not.

    A text without the words of a suppression is not searched further, so this costs time only in files that use it.
    """
    if not may_suppress(text):
        return ()
    found: list[Suppression] = []
    for number, start, comment, concerned in _find_comments(document, text.splitlines()):
        place = Location(document.file, number, start + 1, number, start + len(comment) + 1)
        if len(found) == SUPPRESSIONS:
            fault = f"this is suppression {SUPPRESSIONS + 1} of the file, and only {SUPPRESSIONS} are read"
            found.append(Suppression(place, problem=fault))
            break
        found.append(_read_suppression(place, comment, concerned))
    return tuple(found)


def _find_comments(document: Document, lines: Sequence[str]) -> Iterator[tuple[int, int, str, int]]:
    """Yield the line, the start, the text and the target line of each such comment."""
    taken = taken_columns(document, lines)
    following = _following(lines)
    for number, line in enumerate(lines, 1):
        first = comment_start(line, taken.get(number, ()))
        match = _SUPPRESSION.search(_replace_lookalikes(line), first) if first >= 0 else None
        if match:
            at = match.start()
            yield number, at, line[at:], number if line[:first].strip() else following[number]


def comment_start(line: str, taken: Iterable[tuple[int, int]]) -> int:
    """Return the index of the first ``#`` outside of keys and scalars, or -1."""
    at = line.find("#")
    for start, end in sorted(taken):
        if at < start:
            break
        if at < end:
            at = line.find("#", end)
    return at


def _following(lines: Sequence[str]) -> list[int]:
    """Return for every line the number of the next line with YAML, or 0.

    Lines count from 1.
    """
    following = [0] * (len(lines) + 1)
    for number in range(len(lines) - 1, 0, -1):
        below = lines[number].strip()
        following[number] = number + 1 if below and not below.startswith("#") else following[number + 1]
    return following


def taken_columns(document: Document, lines: Sequence[str]) -> dict[int, list[tuple[int, int]]]:
    """Return for every line the ranges of its keys and scalars, counted from 0."""
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
    """Return True if a block scalar begins here; a comment may follow its indicator."""
    return lines[span.line - 1][span.column - 1 : span.column] in {"|", ">"}


def _read_suppression(place: Location, comment: str, line: int) -> Suppression:
    """Read a comment, and discard the text of one that may hold a secret."""
    match = _FORM.fullmatch(comment)
    if SECRET.search(comment):
        return Suppression(place, problem="this comment holds a secret")
    if match is None:
        return Suppression(place, problem=f"this looks like a suppression, but {_find_fault(comment)}")
    codes, fault = [], ""
    at = match.start(1)
    for written in match[1].split(",", CODES):
        code = written.strip()
        start = place.column + at + len(written) - len(written.lstrip())
        codes.append((code, place._replace(column=start, end_column=start + len(code))))
        if not _CODE.fullmatch(code):
            fault = "a suppression names whole codes, such as OG301 or OG301,OG430"
        at += len(written) + 1
    dates = _UNTIL.findall(match[2])
    reason = " ".join(_UNTIL.sub("", match[2]).split())
    if len({code for code, _ in codes}) < len(codes):
        fault = "a suppression names each code once"
    elif _SUPPRESSION.search(match[2]):
        fault = "one comment holds one suppression, which may name several codes"
    elif len(dates) > 1 or not all(map(_is_date, dates)) or _UNTIL_PERHAPS.search(reason):
        fault = "until is followed by one date, such as until=2027-01-31"
    if fault:
        return Suppression(place, problem=fault)
    stated = reason[:_REASON] if re.search(r"\w", reason) else ""
    return Suppression(place, line, tuple(codes), stated, dates[0] if dates else None)


def _find_fault(comment: str) -> str:
    """Return what is wrong with a comment; a character that looks right is named."""
    seen = _replace_lookalikes(comment)
    odd, plain = next(((mark, plain) for mark, plain in zip(comment, seen, strict=True) if mark != plain), ("", ""))
    if odd and _FORM.fullmatch(seen):
        return f"U+{ord(odd):04X} in it only looks like {'a blank' if plain == ' ' else plain}"
    return "does not have its form"


def _is_date(text: str) -> bool:
    try:
        return bool(_ISO.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
