"""Places in files: what every finding points at."""

from typing import NamedTuple

from oauthgit.model.formats.sanitize import printable


class Span(NamedTuple):
    """A stretch of text: 1-based lines and columns counted in characters, the end column exclusive (as in SARIF)."""

    line: int
    column: int
    end_line: int
    end_column: int


class Location(NamedTuple):
    """A span of a file, and the JSON Pointer of the key or value that stands there.

    ``file`` is a POSIX path relative to the workspace's root, exactly as on disk: untrusted, to be escaped by each sink.
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1
    pointer: str = ""

    @classmethod
    def of(cls, file: str, span: Span, pointer: str = "") -> "Location":
        """Return the location of ``span`` in ``file``."""
        return cls(file, *span, pointer)


def format_place(location: Location) -> str:
    """Return a place as editors and terminals understand it: ``file:line:column``."""
    return f"{printable(location.file)}:{location.line}:{location.column}"
