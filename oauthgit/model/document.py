"""Represent a parsed file: plain data, and the place of every key and value."""

import marshal
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.json_pointer import leaves, parent
from oauthgit.model.formats.sops_metadata import Metadata, metadata_of
from oauthgit.model.location import Location, Span
from oauthgit.model.suppression import Suppression
from oauthgit.model.workspace import Kind

PLAINTEXT: Final = "(plain text)"
"""The value of a document in the place of a secret written in plain text: the parser drops the text itself."""


class Mark(NamedTuple):
    """Hold the span of a value, and of its key if it has one."""

    value: Span
    key: Span | None = None


class Marks(Mapping[str, Mark]):
    """Map pointers to marks, kept as plain numbers because few marks are ever used.

    A span of four numbers is that of a value; eight numbers are a value and its key. Marks are packed when they are
    sent to another process, and unpacked at the first access. ``later`` is a picklable function that makes the
    marks at the first access. ``texts`` are the numbers and booleans whose text is not the usual one, such as ``+5``;
    they are not sent to another process.
    """

    __slots__ = ("_later", "_packed", "_spans", "_texts")

    def __init__(
        self,
        spans: dict[str, tuple[int, ...]],
        packed: bytes = b"",
        later: "Callable[[], Marks] | None" = None,
        texts: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._spans = spans
        self._packed = packed
        self._later = later
        self._texts = texts

    @classmethod
    def of(cls, spans: dict[str, tuple[int, ...]], texts: Mapping[str, str]) -> "Marks":
        """Return the marks of a document; those of a large document are kept packed."""
        return cls(spans, texts=texts) if len(spans) < _LARGE else cls({}, _pack(spans), texts=texts)

    def text_of(self, pointer: str, value: object) -> str:
        """Return the text of a number or a boolean as it is written in the file."""
        self._read_packed()
        usual = str(value).lower() if isinstance(value, bool) else str(value)
        return self._texts.get(pointer, usual)

    def __getitem__(self, pointer: str) -> Mark:
        span = self._read_packed()[pointer]
        return Mark(Span(*span[:4]), Span(*span[4:]) if span[4:] else None)

    def __contains__(self, pointer: object) -> bool:
        return pointer in self._read_packed()

    def __iter__(self) -> Iterator[str]:
        return iter(self._read_packed())

    def __len__(self) -> int:
        return len(self._read_packed())

    def __reduce__(self) -> tuple[type["Marks"], tuple[Any, ...]]:
        if self._later:
            return Marks, ({}, b"", self._later)
        return Marks, ({}, self._packed or _pack(self._spans))

    def on_lines(self, lines: Sequence[int]) -> dict[str, Mark]:
        """Return the marks of keys and values on some lines, whose numbers are sorted."""
        found = {}
        first = lines[0] if lines else 0
        for pointer, span in self._read_packed().items():
            if span[2] >= first:
                place = bisect_left(lines, min(span[::4]))
                if place < len(lines) and lines[place] <= span[2]:
                    found[pointer] = self[pointer]
        return found

    def locate(self, file: str, pointer: str, *, key: bool = False) -> Location:
        """Return the place of a value or its key, or of its nearest parent that exists."""
        spans = self._read_packed()
        while pointer and pointer not in spans:
            pointer, key = parent(pointer), True
        span = spans.get(pointer)
        if span is None:
            return Location(file, pointer=pointer)
        return Location.of(file, Span(*((span[4:] if key else ()) or span[:4])), pointer)

    def _read_packed(self) -> dict[str, tuple[int, ...]]:
        if later := self._later:
            made = later()
            self._spans, self._packed, self._later = made._spans, made._packed, None  # noqa: SLF001 - of its own kind
            self._texts = made._texts  # noqa: SLF001 - as above
        if not self._packed:
            return self._spans
        return _unpack_recent(self._packed)


_LARGE: Final = 1_000
"""From this number of values on, marks are kept packed: unpacked they take ten times the memory of the text."""


_PLAIN: Final = b"p"
_COMPRESSED: Final = b"c"
_RECENT: Final[dict[int, tuple[bytes, dict[str, tuple[int, ...]]]]] = {}
_MAX_RECENT: Final = 4


def _unpack_recent(packed: bytes) -> dict[str, tuple[int, ...]]:
    """Return unpacked marks; the last few documents are cached for repeated access."""
    known = _RECENT.get(id(packed))
    if known is None or known[0] is not packed:
        while len(_RECENT) >= _MAX_RECENT:
            del _RECENT[next(iter(_RECENT))]
        known = _RECENT[id(packed)] = packed, _unpack(packed)
    return known[1]


def _pack(spans: dict[str, tuple[int, ...]]) -> bytes:
    """Return spans as bytes; many spans are compressed."""
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
    spans: dict[str, tuple[int, ...]] = marshal.loads(plain)  # noqa: S302 - written by this process or one it started
    return spans


class _Document(NamedTuple):
    file: str
    kind: Kind
    layer: str
    identity: Mapping[str, str]
    data: Any
    marks: Marks
    invalid: frozenset[str] = frozenset()
    suppressions: tuple[Suppression, ...] = ()


class Document(_Document):
    """Represent one YAML document of known kind.

    ``data`` holds dicts, lists, ``str``, ``int``, ``bool`` and ``None``, read by the YAML 1.2 core schema (floats
    stay text). ``marks`` has an entry for every pointer in ``data``. ``invalid`` are the pointers of values that
    already have a finding of the parser; later stages report nothing about them. ``suppressions`` are the suppression
    comments.

    ``leaves`` and ``sops`` are computed at the first access and kept as long as this object.
    """

    @cached_property
    def leaves(self) -> list[tuple[str, Any]]:
        """Return pointer and value of all data that is neither a mapping nor a list."""
        return leaves(self.data)

    @cached_property
    def sops(self) -> Metadata | None:
        """Return the metadata of SOPS, or None if there is no ``sops`` block."""
        return metadata_of(self.data)

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return the place of a value or its key, or of its nearest parent that exists."""
        return self.marks.locate(self.file, pointer, key=key)
