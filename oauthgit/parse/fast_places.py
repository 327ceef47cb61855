"""Find the places of keys and values in a text that ``parse_fast`` accepted.

They are those of ``build``, and tests compare both. A text with a value of several lines is left to ``build``.
"""

from typing import Final

from oauthgit.model.formats.json_pointer import child
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.parse.line_patterns import ITEM, MEMBER, GivenUpError, match_lines

Span = tuple[int, ...]
"""First line and column, last line and the column after it; for a value with a key, those of the key as well."""

_FLOW: Final = frozenset("[{")
_BLOCKS_AND_SIGNS: Final = frozenset("|>+-")
_BOOLEANS: Final = frozenset(("True", "TRUE", "False", "FALSE"))
"""Like numbers with a sign, they may be written in another way than their value."""
_UNUSUAL: Final = regex(r"[ \[,][+-]\d|TRUE|True|FALSE|False")


def find_places(text: str) -> dict[str, Span] | None:
    """Return the spans of all values by pointer, or None for a text left to ``build``."""
    try:
        return _Places().read(text.replace("\r\n", "\n"))
    except GivenUpError:
        return None


class _Places:
    """Hold the state of one pass.

    ``holder`` is the pointer of the innermost collection that is open, with its level as in ``parse_fast``, the start of
    its span and its key; ``outer`` are those around it. ``pointer``, ``key`` and ``end`` are those of the last value.
    """

    def __init__(self) -> None:
        self.spans: dict[str, Span] = {}
        self.level, self.holder = -1, ""
        self.start: Span = ()
        self.key_of_holder: Span = ()
        self.outer: list[tuple[int, str, Span, Span]] = []
        self.numbers: dict[str, int] = {}
        self.pointer = ""
        self.key: Span = ()
        self.end: Span = ()

    def read(self, text: str) -> dict[str, Span]:
        """Read line by line; give up a value of several lines, or of unusual text."""
        line, done = 1, 0
        for match in match_lines(text):
            indent, dash, key, value = match.groups("")
            if "\n" in value or value[:1] in _BLOCKS_AND_SIGNS or value in _BOOLEANS:
                raise GivenUpError
            start = match.start()
            line += text.count("\n", done, start)
            done, column = start, len(indent) + 1
            if (level := 2 * len(indent) + (dash != "")) != self.level:
                self.turn_to(level, (line, column))
            if dash:
                self.number()
                column += len(dash)
                if key:
                    self.open(self.level - 1 + 2 * len(dash), (line, column))
            if key:
                stop = column + len(key)
                self.pointer, self.key = child(self.holder, key.strip('"')), (line, column, line, stop)
            if value:
                self.put(value, line, match.start(4) - done + 1)
            else:  # it stands behind the colon or the dash
                self.put(value, line, (stop if key else len(indent) + 1) + 1)
        self.turn_to(-1, ())
        return self.spans

    def turn_to(self, level: int, start: Span) -> None:
        """End deeper collections with the last value, or open one that is its value."""
        while self.level > level:
            self.spans[self.holder] = self.start + self.end + self.key_of_holder
            self.level, self.holder, self.start, self.key_of_holder = self.outer.pop()
        if self.level < level:
            self.open(level, start)

    def open(self, level: int, start: Span) -> None:
        """Open the block mapping or list at the last pointer."""
        self.outer.append((self.level, self.holder, self.start, self.key_of_holder))
        self.level, self.holder, self.start, self.key_of_holder = level, self.pointer, start, self.key

    def number(self) -> None:
        """Make the next item of a list the last pointer."""
        self.numbers[self.holder] = number = self.numbers.get(self.holder, -1) + 1
        self.pointer, self.key = f"{self.holder}/{number}", ()

    def put(self, value: str, line: int, column: int) -> None:
        """Add the span of a value, and those inside of a flow collection."""
        self.end = (line, column + len(value))
        self.spans[self.pointer] = (line, column, *self.end, *self.key)
        if value[:1] in _FLOW and _UNUSUAL.search(value):
            raise GivenUpError
        if value[:1] == "[":
            for number, item in enumerate(ITEM.finditer(value)):
                self.spans[f"{self.pointer}/{number}"] = (line, column + item.start(), line, column + item.end())
        elif value[:1] == "{":
            for member in MEMBER.finditer(value):
                ends = (column + end for span in (member.span(2), member.span(1)) for end in span)
                self.spans[f"{self.pointer}/{member[1]}"] = tuple(each for end in ends for each in (line, end))
