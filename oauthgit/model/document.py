"""A parsed file: plain data, and beside it the place of every key and value."""

from collections.abc import Mapping
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
    marks: Mapping[str, Mark]
    doubtful: frozenset[str] = frozenset()
    directives: tuple[Directive, ...] = ()

    def locate(self, pointer: str, *, key: bool = False) -> Location:
        """Return the place of the value at ``pointer``, or of its key; of the nearest holder if it does not exist."""
        while pointer and pointer not in self.marks:
            pointer, key = parent(pointer), True
        mark = self.marks.get(pointer)
        if mark is None:
            return Location(self.file, pointer=pointer)
        return Location.of(self.file, mark.key if key and mark.key else mark.value, pointer)
