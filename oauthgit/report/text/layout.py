"""Format text in columns: widths on a terminal, tables, and values in words."""

from collections.abc import Sequence
from typing import Any, Final

from oauthgit.model.formats.sanitize import escape, redact_urls
from oauthgit.model.settings import SecretReference

_TAB: Final = "    "
_WIDEST: Final = 100
"""A longer cell widens its own line only, not the column."""


def cells(text: str) -> list[str]:
    """Return ``text`` as one entry per column of a terminal.

    A wide character (Unicode Standard Annex 11: W, F) is followed by an empty entry. A combining character joins
    the entry before it. A tab is four blanks.
    """
    text = text.replace("\t", _TAB)
    if text.isascii():
        return list(text)
    from unicodedata import category, east_asian_width  # plain ASCII does not need this table

    columns: list[str] = []
    for character in text:
        if columns and category(character) in {"Mn", "Me"}:
            columns[-1] += character
        else:
            columns.append(character)
            if east_asian_width(character) in "WF":
                columns.append("")
    return columns


def table(rows: Sequence[Sequence[str]], indent: str = "") -> list[str]:
    """Return the lines of a table with columns of fitting width, three blanks apart."""
    sizes = [[len(cells(cell)) for cell in row] for row in rows]
    widths = [max(size if size <= _WIDEST else 0 for size in column) for column in zip(*sizes, strict=True)]
    return [
        (
            indent
            + "   ".join(cell + " " * (width - size) for cell, width, size in zip(row, widths, line, strict=True))
        ).rstrip()
        for row, line in zip(rows, sizes, strict=True)
    ]


def words(value: Any) -> str:
    """Return a setting's value for people; a secret is described only."""
    if isinstance(value, SecretReference):
        return _secret(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return " ".join(redact_urls(str(item)) for item in value) or "(empty)"
    return "not set" if value is None else redact_urls(str(value)) or '""'


def _secret(secret: SecretReference) -> str:
    if secret.state == "from_env":
        return f"from environment variable {escape(secret.name)}"
    if secret.state == "plain":
        return "plain text (a finding)"
    where = "encrypted" if secret.state == "encrypted" else "encrypted in the layer itself"
    return f"{where}, {'pinned' if secret.pinned else 'not pinned'}"
