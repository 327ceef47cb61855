"""Make the fixes of OG104, OG106 and OG110; loaded only if there is one."""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.fix import Edit, Fix, Quote, Replace, Rewrite
from oauthgit.model.location import Span
from oauthgit.model.schema import advise_value, find_settings
from oauthgit.parse.scalar import WORDS

WITHOUT_MARK: Final = Rewrite((Edit(Span(1, 0, 1, 1), ""),))
"""Deletes the byte order mark, which stands before the first column."""

_TRUE: Final = frozenset(("y", "yes", "on"))
_WIDTHS: Final = range(1, 9)
_CHARACTERS: Final = 4_000_000
"""Characters read at most to find the width of tabs; files of settings stay far below this."""
_UNCERTAIN: Final = frozenset(("enum", "const", "pattern", "format"))

Reading = Callable[[str], tuple[Document | None, list[Finding]]]


def fix_ambiguous(text: str, name: str) -> Fix | None:
    """Return the fix for an ambiguous plain scalar under the key ``name``.

    A switch becomes a boolean, and a text is quoted.
    """
    schemas = find_settings(name)
    if schemas and all("boolean" in _types(schema) for schema in schemas):
        return Replace(text.lower() in _TRUE) if text in WORDS else None
    if any("string" not in _types(schema) or _UNCERTAIN & schema.keys() for schema in schemas):
        return None
    return Quote()


def advise_ambiguous(fix: Fix | None, name: str, text: str) -> str:
    """Return the advice for an ambiguous plain scalar: its ``fix`` in words.

    ``text`` is that of the scalar, or empty if it is too long for a message.
    """
    if isinstance(fix, Replace):
        return f"Write {str(fix.value).lower()}."
    if fix is None:
        return next(filter(None, map(advise_value, find_settings(name))), "Write a value that the setting takes.")
    return f'Quote it: "{text}".' if text else "Put it in double quotes."


def without_tabs(text: str, read: Reading) -> Fix | None:
    """Return the fix that indents with spaces, or None if it is ambiguous.

    It is ambiguous if the data depends on the width of the tabs. Only lines at which the parser stops are changed. Every
    width is tried, and all texts that can be parsed must give the same data. The fix uses the file's own step of
    indentation if that is among these widths.
    """
    touched: list[int] = []
    results = {}
    left = _CHARACTERS
    for width in _WIDTHS:
        document, left = _expand(text, width, touched, read, left)
        if left <= 0:
            return None
        if document is not None:
            results[width] = document.data
    if not results or any(data != next(iter(results.values())) for data in results.values()):
        return None
    width = next(width for width in (_step(text), 2, *results) if width in results)
    lines = text.split("\n")
    return Rewrite(tuple(_edit(lines[number], number, width) for number in sorted(touched)))


def _types(schema: dict[str, Any]) -> tuple[str, ...]:
    stated = schema.get("type", ())
    return (stated,) if isinstance(stated, str) else tuple(stated)


def _expand(text: str, width: int, touched: list[int], read: Reading, left: int) -> tuple[Document | None, int]:
    """Return the document in ``text`` with tabs of ``width``, and the new ``left``.

    ``left`` is the number of characters that may still be read. ``touched`` are the indexes of the lines to change. Other
    lines at which the parser stops are added to it.
    """
    lines = text.split("\n")
    for number in touched:
        lines[number] = _expand_line(lines[number], width)
    while (left := left - len(text)) > 0:
        document, findings = read("\n".join(lines))
        if document is not None or findings[0].code != "OG106":
            return document, left
        number = findings[0].location.line - 1
        lines[number] = _expand_line(lines[number], width)
        touched.append(number)
    return None, left


def _expand_line(line: str, width: int) -> str:
    edit = _edit(line, 0, width)
    return edit.text + line[edit.span.end_column - 1 :]


def _edit(line: str, number: int, width: int) -> Edit:
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return Edit(Span(number + 1, 1, number + 1, len(indent) + 1), indent.expandtabs(width))


def _step(text: str) -> int:
    """Return the most frequent step of indentation between two lines, in spaces."""
    indents = [
        len(line) - len(line.lstrip(" ")) for line in text.split("\n") if line.strip() and not line.startswith("\t")
    ]
    steps = Counter(after - before for before, after in pairwise(indents) if after > before)
    return steps.most_common(1)[0][0] if steps else 2
