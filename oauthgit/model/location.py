"""Represent places in files."""

from typing import NamedTuple

from oauthgit.model.formats.sanitize import escape


class Span(NamedTuple):
    """Hold a range of text, in 1-based lines and columns, counted in characters.

    The end column is exclusive, as in SARIF.
    """

    line: int
    column: int
    end_line: int
    end_column: int


class Location(NamedTuple):
    """Hold a span of a file, and the JSON Pointer of the key or value there.

    ``file`` is a POSIX path relative to the workspace's root, exactly as on disk. It is untrusted, so every output
    must escape it.
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
    """Return a place in the form of editors and terminals: ``file:line:column``."""
    return f"{escape(location.file)}:{location.line}:{location.column}"
