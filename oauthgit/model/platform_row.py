"""Represent the rows of an exported table of the platform, after reading."""

from collections.abc import Mapping
from enum import Enum
from typing import Literal, NamedTuple

from oauthgit.model.location import Location
from oauthgit.model.secret import Secret
from oauthgit.model.workspace import Kind

RowsKind = Literal["layer", "effective"]
"""The meaning of a blank cell in an override: inherited in a ``layer``, the default in ``effective`` settings."""


class Unstated(Enum):
    """Name the reasons for which a cell has no value."""

    BLANK = "blank"
    MASKED = "masked"


Value = str | bool | tuple[str, ...] | Secret
"""A setting as it is in effective settings, but with a tuple for a list, and the secret itself."""


class Cell(NamedTuple):
    """Hold the value of one setting, and the number of its column, from 1 on."""

    value: Value | Unstated
    column: int

    @property
    def is_blank(self) -> bool:
        """Return True if the cell is empty."""
        return self.value is Unstated.BLANK

    @property
    def is_masked(self) -> bool:
        """Return True if the platform shows a mask instead of the secret."""
        return self.value is Unstated.MASKED


class Row(NamedTuple):
    """Hold one OAuth server of one branch, runtime configuration or IAM application.

    ``layer`` is the id of the layer, such as ``iam_application/insights-prod``. ``identity`` has the identity fields of its
    file: ``model`` and ``branch``, and ``name`` or ``application``; those of an application may lack ``model`` and
    ``branch``. ``cells`` are the settings by dotted names, such as ``user_login.prompt``, for every column that the table
    has; ``redirect_uri`` is one of the layer, not of the server. ``columns`` are the numbers of the identity's columns, with
    ``server``. ``number`` is the row of the sheet, which counts the header and starts at 1.
    """

    file: str
    number: int
    kind: Kind
    layer: str
    identity: Mapping[str, str]
    server: str
    cells: Mapping[str, Cell]
    columns: Mapping[str, int]

    def locate(self, name: str = "server") -> Location:
        """Return the place of a setting or a field of the identity: file, row, column."""
        cell = self.cells.get(name)
        column = cell.column if cell else self.columns.get(name, 1)
        return Location(self.file, self.number, column, self.number, column)


class Table(NamedTuple):
    """Hold the rows of one file.

    ``columns`` are the numbers of the columns of settings, by dotted names; a setting without a column is not compared
    and not written. ``sheet`` is empty for a file without sheets. ``encoding`` is empty if the text is UTF-8.
    """

    file: str
    rows_kind: RowsKind
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    sheet: str = ""
    encoding: str = ""
