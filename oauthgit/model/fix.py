"""Fixes: what a finding would have written in the place of what stands there, as data."""

from typing import Final, NamedTuple

from oauthgit.model.location import Span

SAFE: Final = "safe"
"""What is meant is certain: ``--fix`` mends it."""

UNSAFE: Final = "unsafe"
"""A likely meaning, which a person must confirm: only ``--unsafe-fixes`` mends it."""


class Edit(NamedTuple):
    """New text for a span of a file; lines and columns are the parser's, so a byte order mark stands in column 0."""

    span: Span
    text: str


class Replace(NamedTuple):
    """Another value at the finding's pointer, written in the style of the old one; a tuple is a list of texts."""

    value: str | int | bool | tuple[str, ...]


class Quote(NamedTuple):
    """The value at the finding's pointer, or its key, as the text that it is; it stands there without quotation marks."""

    key: bool = False


class Rename(NamedTuple):
    """Another key for the value at the finding's pointer."""

    key: str


class Remove(NamedTuple):
    """No entry at the finding's pointer; effective settings must be the same without it."""


class Unique(NamedTuple):
    """Each item of the list at the finding's pointer only once, where it comes first."""


class Insert(NamedTuple):
    """One more text in the list at the finding's pointer: behind the others, or before them.

    Only targets that the finding concerns may get it: a list may be in force in others as well.
    """

    text: str
    first: bool = False


class Rewrite(NamedTuple):
    """Edits of the text itself, where there are no values yet."""

    edits: tuple[Edit, ...]


Fix = Replace | Quote | Rename | Remove | Unique | Insert | Rewrite
