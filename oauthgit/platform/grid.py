"""Represent the cells of a table before their meaning is known."""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from oauthgit.model.finding import Finding
from oauthgit.model.location import Location


class Formula(NamedTuple):
    """Mark a cell with a formula, whose value is not certain."""


RawCell = str | int | float | bool | datetime.date | Formula | tuple[str, ...] | None
"""The content of a cell: text from text files, other types from spreadsheets and JSON."""


class Grid(NamedTuple):
    """Hold the header and the numbered rows of one sheet."""

    file: str
    header_row: int
    header: tuple[RawCell, ...]
    rows: Sequence[tuple[int, Sequence[RawCell]]]
    sheet: str = ""
    encoding: str = ""


class TableError(Exception):
    """Report a file that cannot be read as a table, as a finding."""

    def __init__(self, finding: Finding) -> None:
        """Hold the finding."""
        super().__init__(finding.message)
        self.finding = finding


def unreadable(file: str, message: str, remedy: str, row: int = 1, column: int = 1) -> TableError:
    """Return the error for a file that cannot be read as a table."""
    return TableError(Finding("OG801", message, place(file, row, column), remedy=remedy))


def place(file: str, row: int, column: int = 1) -> Location:
    """Return the place of a cell."""
    return Location(file, row, column, row, column)
