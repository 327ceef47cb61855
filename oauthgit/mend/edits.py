"""Edits by line and column, applied to text as it lies in the file: line ends and a byte order mark included."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from oauthgit.model.fix import Edit
from oauthgit.model.location import Span

_MARK: Final = "\ufeff"


class Lines:
    """A text, and where its lines begin; columns are the parser's, to which a byte order mark is none."""

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
        """Return the indices at which the text of a span begins and ends."""
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Return the edit that writes ``text`` in the place of a stretch."""
        return Edit(Span(*self.place(start), *self.place(end)), text)


def compatible(edits: Iterable[Edit], chosen: Sequence[Edit]) -> bool:
    """Tell whether ``edits`` overlap with none of those that were chosen, unless they are the same."""
    return all(edit == other or _apart(edit.span, other.span) for edit in edits for other in chosen)


def _apart(one: Span, other: Span) -> bool:
    """Tell whether spans have nothing in common; one without text has its place in common with what touches it."""
    if one[:2] == one[2:] or other[:2] == other[2:]:
        return one[2:] < other[:2] or other[2:] < one[:2]
    return one[2:] <= other[:2] or other[2:] <= one[:2]


def applied(lines: Lines, edits: Iterable[Edit]) -> str:
    """Return the text with ``edits``, which do not overlap, applied."""
    text = lines.text
    for span, new in sorted(edits, reverse=True):
        start, end = lines.stretch(span)
        text = text[:start] + new + text[end:]
    return text
