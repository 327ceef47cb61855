"""Expand anchors, aliases and merge keys, as SOPS does in its creation rules."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from oauthgit.model.formats.json_pointer import child
from oauthgit.parse.limits import NODES

MERGE: Final = "<<"

STARTS: Final = (MappingStartEvent, SequenceStartEvent)
ENDS: Final = (MappingEndEvent, SequenceEndEvent)
_EVENTS: Final = 4 * NODES
"""More events than an accepted file can have. The limit stops a file whose aliases expand without end."""


class Expansion:
    """Replace each alias in the events of a parser by the value of its anchor.

    The replaced events have the position of the alias. An alias without an anchor before it, or inside its own anchor, is
    passed on unchanged. ``too_much`` returns the exception that ends the pass.
    """

    def __init__(self, source: Callable[[], Any], too_much: Callable[[Any], Exception]) -> None:
        self._source = source
        self._too_much = too_much
        self._left = _EVENTS
        self._values: dict[str, list[Any]] = {}
        self._open: list[tuple[str, int, list[Any]]] = []
        self._level = 0
        self._replays: list[Iterator[Any]] = []
        self._alias: Any = None

    def next_event(self) -> Any:
        """Return the next event."""
        while True:
            event = self._replay() if self._replays else self._read()
            if event is not None:
                self._left -= 1
                if self._left < 0:
                    raise self._too_much(self._alias or event)
                return event

    def _read(self) -> Any:
        """Return an event from the text, or None if a replay begins instead."""
        event = self._source()
        if type(event) is AliasEvent:
            value = self._values.get(event.anchor or "")
            if value is None or any(name == event.anchor for name, _, _ in self._open):
                return event
            self._record(value)
            self._alias = event
            self._replays = [iter(value)]
            return None
        self._level -= type(event) in ENDS
        if getattr(event, "anchor", None) is not None:
            self._open.append((event.anchor, self._level, []))
        self._record(event)
        self._level += type(event) in STARTS
        while self._open and self._open[-1][1] == self._level:
            name, _, value = self._open.pop()
            self._values[name] = value
        return event

    def _record(self, part: Any) -> None:
        """Add an event, or the events that replace an alias, to the values being read."""
        for _, _, value in self._open:
            value.append(part)

    def _replay(self) -> Any:
        """Return an event of an anchor's value, or None where a value ends or begins."""
        part = next(self._replays[-1], None)
        if part is None:
            self._replays.pop()
        elif isinstance(part, list):
            self._left -= 1
            self._replays.append(iter(part))
        else:
            return _place_event(part, self._alias.start_mark, self._alias.end_mark)
        return None


def _place_event(event: Any, start: Any, end: Any) -> Any:
    """Return an event without its anchor, as if written on one line between two marks."""
    if type(event) is ScalarEvent:
        style = "" if event.implicit[0] else '"'
        return ScalarEvent(None, event.tag, event.implicit, event.value, start, end, style=style)
    if type(event) in STARTS:
        return type(event)(None, event.tag, event.implicit, start, end, flow_style=True)
    return type(event)(start, end)


def merge(data: dict[str, Any], pointer: str, spans: dict[str, tuple[int, ...]]) -> bool:
    """Replace the merge key of a mapping by the keys that it refers to.

    Their marks are copied too. Keys of the mapping itself take precedence, then those of the earlier of several mappings.
    Returns False if the merge key refers to a value that is not a mapping.
    """
    named, at = data.pop(MERGE), child(pointer, MERGE)
    listed = isinstance(named, list)
    sources = [(child(at, number), each) for number, each in enumerate(named)] if listed else [(at, named)]
    if not all(isinstance(source, dict) for _, source in sources):
        return False
    for place, source in sources:
        for name, value in source.items():
            if name not in data:
                data[name] = value
                _copy(value, child(place, name), child(pointer, name), spans)
    return True


def _copy(value: Any, source: str, target: str, spans: dict[str, tuple[int, ...]]) -> None:
    spans[target] = spans[source]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        _copy(inner, child(source, name), child(target, name), spans)
