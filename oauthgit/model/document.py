"""A parsed file: plain data, and beside it the place of every key and value."""

import marshal
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from oauthgit.model.directive import Directive
from oauthgit.model.location import Location, Span
from oauthgit.model.pointer import parent
from oauthgit.model.workspace import Kind

PLAINTEXT: Final = "(plain text)"
"""What a document holds in place of a secret that somebody wrote in plain text: the text itself never gets that far."""


class Mark(NamedTuple):
    """Where a value stands, and its key if it has one."""

    value: Span
    key: Span | None = None


class Marks(Mapping[str, Mark]):
    """The marks of a document by pointer: kept as plain numbers, for there are many and few are ever looked at.

    A span of four numbers is that of a value, eight are those of a value and its key. Between processes they travel
    packed, and stay so until one is asked for. With ``later`` they are not even made before: it returns them, and can be
    pickled.
    """

    __slots__ = ("_later", "_packed", "_spans")

    def __init__(
        self, spans: dict[str, tuple[int, ...]], packed: bytes = b"", later: "Callable[[], Marks] | None" = None
    ) -> None:
        self._spans = spans
        self._packed = packed
        self._later = later

    def __getitem__(self, pointer: str) -> Mark:
        span = self._unpacked()[pointer]
        return Mark(Span(*span[:4]), Span(*span[4:]) if span[4:] else None)

    def __contains__(self, pointer: object) -> bool:
        return pointer in self._unpacked()

    def __iter__(self) -> Iterator[str]:
        return iter(self._unpacked())

    def __len__(self) -> int:
        return len(self._unpacked())

    def __reduce__(self) -> tuple[type["Marks"], tuple[Any, ...]]:
        if self._later:
            return Marks, ({}, b"", self._later)
        return Marks, ({}, self._packed or marshal.dumps(self._spans))

    def locate(self, file: str, pointer: str, *, key: bool = False) -> Location:
        """Return the place of the value at ``pointer``, or of its key; of the nearest holder if it does not exist."""
        spans = self._unpacked()
        while pointer and pointer not in spans:
            pointer, key = parent(pointer), True
        span = spans.get(pointer)
        if span is None:
            return Location(file, pointer=pointer)
        return Location.of(file, Span(*((span[4:] if key else ()) or span[:4])), pointer)

    def _unpacked(self) -> dict[str, tuple[int, ...]]:
        if later := self._later:
            self._spans, self._later = later()._unpacked(), None  # noqa: SLF001 - of its own kind
        if self._packed:
            self._spans, self._packed = marshal.loads(self._packed), b""  # noqa: S302 - from a process of our own
        return self._spans


class Document(NamedTuple):
    """One YAML document of known kind.

    ``data`` holds dicts, lists, ``str``, ``int``, ``bool`` and ``None``, as the YAML 1.2 core schema reads them (floats
    stay text). ``marks`` has an entry for every pointer in ``data``. ``doubtful`` are the pointers of values that a
    finding of the parser speaks of already; later stages stay silent on them. ``directives`` are the comments that ask for
    findings to be suppressed.
    """

    file: str
    kind: Kind
    layer: str
    identity: Mapping[str, str]
    data: Any
    marks: Marks
    doubtful: frozenset[str] = frozenset()
    directives: tuple[Directive, ...] = ()

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return the place of the value at ``pointer``, or of its key; of the nearest holder if it does not exist."""
        return self.marks.locate(self.file, pointer, key=key)
