"""Read JSON as a grid: a list of objects, or the answer of an OData service."""

import json
from typing import Any, Final

from oauthgit.model.formats import strict_json
from oauthgit.platform.grid import Grid, RawCell, TableError, unreadable

_VALUE: Final = "value"
_REMEDY: Final = 'Save a list of objects, or the OData answer {"value": [...]} as it came.'


def read_json(file: str, text: str) -> Grid:
    """Return the grid of a JSON text: a column for each key, in order of appearance.

    Annotations of OData, whose names contain ``@``, are left out. The header counts as row 1.

    Raises:
        TableError: The text is not JSON, or neither a list of objects nor an answer of OData.

    """
    try:
        data = strict_json.read_json(text)
    except json.JSONDecodeError as error:
        at = f"{error.msg} in line {error.lineno}, column {error.colno}"
        raise unreadable(file, f"the text begins like JSON, but is not JSON: {at}", _REMEDY) from None
    except ValueError as error:
        raise unreadable(file, f"the JSON is not certain: {error}", _REMEDY) from None
    if isinstance(data, dict) and "error" in data and _VALUE not in data:
        raise unreadable(file, "this is the error message of a service, not its rows", _REMEDY)
    if isinstance(data, dict) and "@odata.nextLink" in data:
        raise unreadable(
            file,
            "this is one page of several (@odata.nextLink), so rows would be missing",
            "Get all pages, or ask for larger ones with the header Prefer: odata.maxpagesize=10000.",
        )
    rows = data.get(_VALUE) if isinstance(data, dict) else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unreadable(file, "this JSON has no rows", _REMEDY)
    if not rows:
        raise unreadable(file, "the file has no rows", "Export it again.")
    header = list(dict.fromkeys(key for row in rows for key in row if "@" not in key))
    cells = [(number, [_cell(file, number, row.get(key)) for key in header]) for number, row in enumerate(rows, 2)]
    return Grid(file, 1, tuple(header), cells)


def _cell(file: str, number: int, value: Any) -> RawCell:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise _nested(file, number)


def _nested(file: str, number: int) -> TableError:
    return unreadable(file, "a value is a mapping or a list, not a text", "Select plain columns only.", row=number)
