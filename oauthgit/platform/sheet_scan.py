"""Search the XML of a spreadsheet for its size and its formulas.

Its parser builds no tree. A document type is refused, because its entities could expand without limit.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any, Final, NamedTuple
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError  # noqa: N812 - its name does not say that it is one

_MAXIMUM: Final = 256 << 20
_PARTS: Final = 2_000
_CHUNK: Final = 1 << 20
_CELLS: Final = 8_000_000
_AREAS: Final = 1_000
_NAMESPACE: Final = " "
_REFERENCE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_OTHER: Final = "Save it again as .xlsx or .ods, or export it as CSV."
_AS_CSV: Final = "Export it as CSV."
_LETTERS: Final = 26


class LimitError(Exception):
    """Report a spreadsheet that exceeds a limit, or is none."""

    def __init__(self, message: str, remedy: str, row: int = 1, column: int = 1) -> None:
        """Hold the place and the remedy."""
        super().__init__(message)
        self.remedy, self.row, self.column = remedy, row, column


class SheetScan(NamedTuple):
    """Hold the cells with formulas or errors, and the areas that formulas fill."""

    cells: set[tuple[int, int]]
    areas: list[tuple[int, int, int, int]]

    def is_formula(self, row: int, column: int) -> bool:
        """Return True if the value of a cell comes from a formula."""
        if (row, column) in self.cells:
            return True
        return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in self.areas)

    def outside(self, rows: int, columns: int) -> list[tuple[int, int]]:
        """Return the cells with formulas beyond the cells with values."""
        cells = self.cells | {area[2:] for area in self.areas}
        return sorted((row, column) for row, column in cells if row > rows or column > columns)


def scan_sheets(content: bytes) -> Mapping[str, SheetScan]:
    """Return what was found in each sheet, by its name.

    Raises:
        LimitError: The file is no spreadsheet that is supported, or exceeds a limit.

    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_size(archive)
            names = {info.filename: info for info in archive.infolist()}
            if "xl/workbook.xml" in names:
                return dict(_scan_excel(archive, names))
            if "content.xml" in names:
                from oauthgit.platform.open_document_scan import OpenDocumentScan

                scan = OpenDocumentScan(_check_area)
                _parse(archive, names["content.xml"], scan.start, scan.end)
                return scan.sheets
    except (BadZipFile, ZlibError, NotImplementedError, RuntimeError, EOFError) as error:
        raise LimitError(f"the file is damaged or has a password ({type(error).__name__})", _OTHER) from None
    except expat.ExpatError as error:
        raise LimitError(f"the XML in the file is damaged (line {error.lineno})", _OTHER) from None
    raise LimitError("this is an archive, but neither XLSX nor ODS", _OTHER)


def _check_size(archive: ZipFile) -> None:
    """Read every part once, and refuse an archive that becomes too large."""
    parts = archive.infolist()
    if len(parts) > _PARTS or len({part.filename for part in parts}) < len(parts):
        raise LimitError("the file has too many parts, or parts with the same name", _AS_CSV)
    unpacked = sum(part.file_size for part in parts)
    for part in parts if unpacked <= _MAXIMUM else ():
        with archive.open(part) as stream:
            size = 0
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
        unpacked += size - part.file_size
    if unpacked > _MAXIMUM:
        raise LimitError(f"the file unpacks to more than {_MAXIMUM >> 20} MB", _AS_CSV)


def _scan_excel(archive: ZipFile, names: Mapping[str, ZipInfo]) -> Iterator[tuple[str, SheetScan]]:
    sheets: dict[str, str] = {}
    targets: dict[str, str] = {}

    def start_sheet(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(f"{_NAMESPACE}id")), "")
            sheets[attributes.get("name", "")] = relation

    def start_relation(tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(archive, names["xl/workbook.xml"], start_sheet)
    if "xl/_rels/workbook.xml.rels" in names:
        _parse(archive, names["xl/_rels/workbook.xml.rels"], start_relation)
    for part in names.values():
        if part.filename.endswith((".xml", ".rels")) and not part.filename.startswith("xl/worksheets/"):
            _parse(archive, part, lambda *_: None)
    for name, relation in sheets.items():
        target = targets.get(relation, "")
        path = target[1:] if target.startswith("/") else f"xl/{target}"
        if path in names and path.startswith("xl/worksheets/"):
            scan = _ExcelScan()
            _parse(archive, names[path], scan.start, scan.end)
            yield name, SheetScan(scan.formulas, scan.areas)


class _ExcelScan:
    """Collect the formulas of a worksheet, and check the area of its cells."""

    def __init__(self) -> None:
        self.formulas: set[tuple[int, int]] = set()
        self.areas: list[tuple[int, int, int, int]] = []
        self._at = (0, 0)
        self._most = (0, 0)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        name = _local(tag)
        if name == "row":
            row = attributes.get("r", "")
            self._at = (int(row) if row.isdecimal() and len(row) < len("10000000") else self._at[0] + 1, 0)
        elif name == "c":
            self._at = reference_of(attributes.get("r", "")) or (self._at[0], self._at[1] + 1)
            self._most = max(self._most[0], self._at[0]), max(self._most[1], self._at[1])
            _check_area(*self._most, *self._at)
            if attributes.get("t") == "e":
                self.formulas.add(self._at)
        elif name == "f":
            self.formulas.add(self._at)
            first, _, last = attributes.get("ref", "").partition(":")
            top, bottom = reference_of(first), reference_of(last)
            if top and bottom and attributes.get("t") in {"array", "dataTable"}:
                add_area(self.areas, (*top, *bottom))

    def end(self, tag: str) -> None:
        """Handle the end of an element."""


def add_area(areas: list[tuple[int, int, int, int]], area: tuple[int, int, int, int]) -> None:
    """Add an area that a formula fills; each cell is compared with all areas."""
    if len(areas) >= _AREAS:
        raise LimitError(f"the sheet has more than {_AREAS:,} formulas that fill areas", _AS_CSV, *area[:2])
    areas.append(area)


def reference_of(text: str) -> tuple[int, int] | None:
    """Return row and column of a reference such as ``B7``.

    >>> reference_of("XFD1048576")
    (1048576, 16384)
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _check_area(rows: int, columns: int, row: int, column: int) -> None:
    """Refuse a sheet whose cells span more than the reader can hold."""
    if rows * columns > _CELLS:
        message = f"with this cell, the sheet spans {rows * columns:,} cells; the limit is {_CELLS:,}"
        raise LimitError(message, "Delete all rows and columns outside of the table, or export it as CSV.", row, column)


def _local(tag: str) -> str:
    return tag.rpartition(_NAMESPACE)[2]


def _parse(
    archive: ZipFile,
    part: ZipInfo,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda _: None,
) -> None:
    """Parse the XML of a part; refuse document types."""

    def refuse(*_: Any) -> None:
        raise LimitError("the XML in the file has a document type, whose entities may be of any size", _OTHER)

    parser = expat.ParserCreate(namespace_separator=_NAMESPACE)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)  # noqa: FBT003 - the parser takes it by position
        parser.Parse(b"", True)  # noqa: FBT003 - as above
