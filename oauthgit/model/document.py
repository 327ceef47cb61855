"""A parsed file: plain data, and beside it the place of every key and value."""

import marshal
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple

from oauthgit.model.directive import Directive
from oauthgit.model.formats.json_pointer import leaves, parent
from oauthgit.model.formats.sops_metadata import Metadata, metadata_of
from oauthgit.model.location import Location, Span
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

    @classmethod
    def of(cls, spans: dict[str, tuple[int, ...]]) -> "Marks":
        """Return the marks of a document; those of a large one stay packed, and are unpacked while they are looked at."""
        return cls(spans) if len(spans) < _LARGE else cls({}, _pack(spans))

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
        return Marks, ({}, self._packed or _pack(self._spans))

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
            made = later()
            self._spans, self._packed, self._later = made._spans, made._packed, None  # noqa: SLF001 - of its own kind
        if not self._packed:
            return self._spans
        return _unpacked(self._packed)


_LARGE: Final = 1_000
"""Marks of so many values are kept packed: unpacked they take ten times as much room as the text."""


_PLAIN: Final = b"p"
_COMPRESSED: Final = b"c"
_RECENT: Final[dict[int, tuple[bytes, dict[str, tuple[int, ...]]]]] = {}
_FEW: Final = 4


def _unpacked(packed: bytes) -> dict[str, tuple[int, ...]]:
    """Return marks unpacked; those of few documents are kept so, for one is looked at many times in a row."""
    known = _RECENT.get(id(packed))
    if known is None or known[0] is not packed:
        while len(_RECENT) >= _FEW:
            del _RECENT[next(iter(_RECENT))]
        known = _RECENT[id(packed)] = packed, _unpack(packed)
    return known[1]


def _pack(spans: dict[str, tuple[int, ...]]) -> bytes:
    """Return spans as bytes, compressed where they are many."""
    plain = marshal.dumps(spans)
    if len(spans) < _LARGE:
        return _PLAIN + plain
    import zlib

    return _COMPRESSED + zlib.compress(plain, 1)


def _unpack(packed: bytes) -> dict[str, tuple[int, ...]]:
    if packed[:1] == _PLAIN:
        plain = packed[1:]
    else:
        import zlib

        plain = zlib.decompress(packed[1:])
    spans: dict[str, tuple[int, ...]] = marshal.loads(plain)  # noqa: S302 - from this process, or one of our own
    return spans


class _Document(NamedTuple):
    file: str
    kind: Kind
    layer: str
    identity: Mapping[str, str]
    data: Any
    marks: Marks
    doubtful: frozenset[str] = frozenset()
    directives: tuple[Directive, ...] = ()


class Document(_Document):
    """One YAML document of known kind.

    ``data`` holds dicts, lists, ``str``, ``int``, ``bool`` and ``None``, as the YAML 1.2 core schema reads them (floats
    stay text). ``marks`` has an entry for every pointer in ``data``. ``doubtful`` are the pointers of values that a
    finding of the parser speaks of already; later stages stay silent on them. ``directives`` are the comments that ask for
    findings to be suppressed.

    ``leaves`` and ``sops`` are found in ``data`` when they are first read, and stay as long as this object.
    """

    @cached_property
    def leaves(self) -> list[tuple[str, Any]]:
        """Return the pointer and the value of everything in ``data`` that is neither a mapping nor a list."""
        return leaves(self.data)

    @cached_property
    def sops(self) -> Metadata | None:
        """Return the metadata of SOPS, or None if there is no ``sops`` block."""
        return metadata_of(self.data)

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return the place of the value at ``pointer``, or of its key; of the nearest holder if it does not exist."""
        return self.marks.locate(self.file, pointer, key=key)
