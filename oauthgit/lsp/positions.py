"""Convert places of the parser to positions of the protocol, and back.

The parser counts lines and characters from 1, without a byte order mark, and ends lines with a line feed. The protocol
counts from 0, in units of UTF-16 or UTF-8 as negotiated, and also ends lines with a carriage return (LSP 3.17, Position).
"""

import re
from bisect import bisect_right
from typing import Final

from lsprotocol import types
from pygls.workspace import PositionCodec, ServerTextPosition

from oauthgit.model.location import Span

_LINE_END: Final = re.compile("\r\n|\n|\r")
_LINE_FEED: Final = re.compile("\n")
_MARK: Final = "\ufeff"


class Positions:
    """Convert places in one text."""

    def __init__(self, content: bytes, codec: PositionCodec) -> None:
        """Find the lines of ``content`` as the parser and as the protocol count them."""
        text = content.decode(errors="replace")
        self._codec = codec
        self._lines = _LINE_END.split(text)
        self._starts = _starts(text, _LINE_END)
        self._parsed = _starts(text, _LINE_FEED)
        self._parsed[0] = int(text.startswith(_MARK))
        self._end = len(text)

    def position(self, line: int, column: int) -> types.Position:
        """Return the position of a place; one outside of the text is moved into it."""
        number = min(max(line, 1), len(self._parsed)) - 1
        end = self._parsed[number + 1] - 1 if number + 1 < len(self._parsed) else self._end
        return self.at(min(self._parsed[number] + max(column, 1) - 1, end))

    def at(self, offset: int) -> types.Position:
        """Return the position of a character of the text, counted from 0."""
        at = bisect_right(self._starts, offset) - 1
        place = ServerTextPosition(at, min(offset - self._starts[at], len(self._lines[at])))
        return self._codec.position_to_client_units(self._lines, place)

    def range(self, span: Span) -> types.Range:
        """Return the range of a span."""
        return types.Range(self.position(*span[:2]), self.position(*span[2:]))

    def place(self, position: types.Position) -> tuple[int, int]:
        """Return the line and the column of a position."""
        at = min(position.line, len(self._lines) - 1)
        character = min(position.character, self._codec.client_num_units(self._lines[at]))
        found = self._codec.position_from_client_units(self._lines, types.Position(at, character))
        offset = self._starts[at] + found.character
        number = max(bisect_right(self._parsed, offset), 1)
        return number, max(offset - self._parsed[number - 1], 0) + 1


def _starts(text: str, end: re.Pattern[str]) -> list[int]:
    return [0, *(match.end() for match in end.finditer(text))]
