"""Describe fixes as data: the text that a finding would write in place of another."""

from typing import Final, NamedTuple

from oauthgit.model.location import Span

SAFE: Final = "safe"
"""The meaning is certain: ``--fix`` applies the fix."""

UNSAFE: Final = "unsafe"
"""The meaning is likely, and a person must confirm it: only ``--unsafe-fixes`` applies the fix."""


class Edit(NamedTuple):
    """Replace a span of a file by a text.

    Lines and columns are those of the parser, so a byte order mark is in column 0.
    """

    span: Span
    text: str


class Replace(NamedTuple):
    """Set another value at the finding's pointer, in the style of the old one.

    A tuple is a list of texts.
    """

    value: str | int | bool | tuple[str, ...]


class Quote(NamedTuple):
    """Quote the value, or its key, at the finding's pointer, so that it is a text."""

    key: bool = False


class Rename(NamedTuple):
    """Rename the key at the finding's pointer."""

    key: str


class Remove(NamedTuple):
    """Remove the entry at the finding's pointer; effective settings must not change."""


class Unique(NamedTuple):
    """Remove repeated items from the list at the finding's pointer; keep the first."""


class Insert(NamedTuple):
    """Insert a text into the list at the finding's pointer, at the end or the start.

    Only targets of the finding may get it, because other targets may use the same list.
    """

    text: str
    first: bool = False


class Rewrite(NamedTuple):
    """Edit the text of a file that has no values yet."""

    edits: tuple[Edit, ...]


Fix = Replace | Quote | Rename | Remove | Unique | Insert | Rewrite
