"""Collect the formulas of the sheets of an OpenDocument spreadsheet."""

from collections.abc import Callable
from typing import Final

from oauthgit.platform.sheet_scan import SheetScan, add_area

_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_FILLED: Final = (f"{_OFFICE}value-type", f"{_TABLE}formula")
_LONGEST: Final = 7


class OpenDocumentScan:
    """Follow the rows and columns of each sheet, which may be repeated."""

    def __init__(self, check_area: Callable[[int, int, int, int], None]) -> None:
        """Prepare for a document; ``check_area`` refuses a sheet that is too large."""
        self.sheets: dict[str, SheetScan] = {}
        self._check_area = check_area
        self._sheet = SheetScan(set(), [])
        self._row, self._column, self._columns, self._repeats = 0, 0, 0, 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        if tag == f"{_TABLE}table":
            self._sheet = self.sheets[attributes.get(f"{_TABLE}name", "")] = SheetScan(set(), [])
            self._row, self._columns = 1, 0
        elif tag == f"{_TABLE}table-row":
            self._repeats, self._column = _number(attributes, "number-rows-repeated"), 1
        elif tag in _CELLS:
            self._cell(attributes)

    def end(self, tag: str) -> None:
        """Handle the end of an element."""
        if tag == f"{_TABLE}table-row":
            self._row += self._repeats

    def _cell(self, attributes: dict[str, str]) -> None:
        wide = _number(attributes, "number-columns-repeated")
        if any(name in attributes for name in _FILLED):
            bottom, right = self._row + self._repeats - 1, self._column + wide - 1
            self._columns = max(self._columns, right)
            self._check_area(bottom, self._columns, bottom, right)
            if f"{_TABLE}formula" in attributes:
                more_rows = _number(attributes, "number-matrix-rows-spanned") - 1
                more_columns = _number(attributes, "number-matrix-columns-spanned") - 1
                area = self._row, self._column, bottom + more_rows, right + more_columns
                if area[:2] == area[2:]:
                    self._sheet.cells.add(area[:2])
                else:
                    add_area(self._sheet.areas, area)
        self._column += wide


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{_TABLE}{name}", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) <= _LONGEST else 1
