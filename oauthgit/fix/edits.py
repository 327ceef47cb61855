"""Apply edits by line and column to the text of a file.

The text includes line ends and a byte order mark.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from oauthgit.model.fix import Edit
from oauthgit.model.location import Span

_MARK: Final = "\ufeff"


class Lines:
    """Hold a text and the starts of its lines.

    Columns are those of the parser, which does not count a byte order mark.
    """

    def __init__(self, text: str) -> None:
        """Find the lines of ``text``."""
        self.text = text
        self._starts = [len(_MARK) if text.startswith(_MARK) else 0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def offset(self, line: int, column: int) -> int:
        """Return the index of the character at a place."""
        return self._starts[line - 1] + column - 1

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of a character."""
        line = max(1, bisect_right(self._starts, offset))
        return line, offset - self._starts[line - 1] + 1

    def at(self, span: Span) -> str:
        """Return the text of a span."""
        start, end = self.stretch(span)
        return self.text[start:end]

    def stretch(self, span: Span) -> tuple[int, int]:
        """Return the indices of the start and the end of a span."""
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Return the edit that replaces the text from ``start`` to ``end``."""
        return Edit(Span(*self.place(start), *self.place(end)), text)


def compatible(edits: Iterable[Edit], chosen: Sequence[Edit]) -> bool:
    """Return True if each edit is one of ``chosen`` or does not overlap with them."""
    return all(edit == other or _are_apart(edit.span, other.span) for edit in edits for other in chosen)


def _are_apart(one: Span, other: Span) -> bool:
    """Return True if two spans do not overlap.

    An empty span overlaps with the spans that it touches.
    """
    if one[:2] == one[2:] or other[:2] == other[2:]:
        return one[2:] < other[:2] or other[2:] < one[:2]
    return one[2:] <= other[:2] or other[2:] <= one[:2]


def apply_edits(lines: Lines, edits: Iterable[Edit]) -> str:
    """Return the text with ``edits`` applied, which do not overlap."""
    text = lines.text
    for span, new in sorted(edits, reverse=True):
        start, end = lines.stretch(span)
        text = text[:start] + new + text[end:]
    return text
