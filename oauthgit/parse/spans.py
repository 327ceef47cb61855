"""Marks of events to spans: both end exclusively, but marks count from 0 and spans from 1."""

from typing import Any, Final

from oauthgit.model.location import Span

_new: Final = tuple.__new__


def event_span(first: Any, last: Any) -> Span:
    """Return the span from the start of one event to the end of another; made directly, for there are two a setting."""
    start, stop = first.start_mark, last.end_mark
    return _new(Span, (start.line + 1, start.column + 1, stop.line + 1, stop.column + 1))


def first_character(event: Any) -> Span:
    """Return the span of the character with which an event begins."""
    mark = event.start_mark
    return Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


def trimmed_span(text: str, start: Any, end: Any) -> Span:
    """Return the span from one mark to the end of the last line before another that is not blank."""
    stop = start.index + len(text[start.index : end.index].rstrip())
    stop += len(text[stop : end.index].partition("\n")[0].rstrip("\r"))
    line = start.line + 1 + text.count("\n", start.index, stop)
    return Span(start.line + 1, start.column + 1, line, stop - text.rfind("\n", 0, stop))
