"""Read the events of YAML (1.2.2 section 3.1) and their places.

The parser is libyaml, or PyYAML's own if PyYAML was built without libyaml. The ends of marks and of spans are exclusive;
marks count from 0, spans from 1.
"""

from collections.abc import Callable
from typing import Any, Final

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from oauthgit.model.location import Span

_new: Final = tuple.__new__


class PureParser(Reader, Scanner, Parser):
    """Parse with PyYAML's own code: the same events as libyaml's, thirty times slower."""

    def __init__(self, text: str) -> None:
        """Prepare to read ``text``."""
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


EventParser: Callable[[str], Any] = PureParser
try:
    from yaml._yaml import CParser
except ImportError:
    pass
else:
    EventParser = CParser


def event_span(first: Any, last: Any) -> Span:
    """Return the span from the start of one event to the end of another.

    The tuple is made directly, because there are two spans for each setting.
    """
    start, stop = first.start_mark, last.end_mark
    return _new(Span, (start.line + 1, start.column + 1, stop.line + 1, stop.column + 1))


def first_character(event: Any) -> Span:
    """Return the span of the character with which an event begins."""
    mark = event.start_mark
    return Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


def trimmed_span(text: str, start: Any, end: Any) -> Span:
    """Return the span from ``start`` to ``end``, without blank lines at its end."""
    stop = start.index + len(text[start.index : end.index].rstrip())
    stop += len(text[stop : end.index].partition("\n")[0].rstrip("\r"))
    line = start.line + 1 + text.count("\n", start.index, stop)
    return Span(start.line + 1, start.column + 1, line, stop - text.rfind("\n", 0, stop))
