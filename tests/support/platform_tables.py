"""Write tables as the platform, queries and spreadsheets do."""

import csv
import json
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

Value = str | bool
Rows = Sequence[Sequence[Value]]
"""A header, and rows of text and logical values."""


def text_of(cell: Value) -> str:
    return cell if isinstance(cell, str) else "Yes" if cell else "No"


def as_csv(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", first: str = "") -> bytes:
    stream = StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([text_of(cell) for cell in row] for row in rows)
    return (first + stream.getvalue()).encode(encoding)


def as_xlsx(rows: Rows, title: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value != "":
                cell = sheet.cell(number, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # openpyxl takes text with = for a formula
    return xlsx_of(book)


def xlsx_of(book: openpyxl.Workbook) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_ods(rows: Rows, more: str = "") -> bytes:
    """Return an OpenDocument spreadsheet, with the empty rows and columns that LibreOffice adds."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}{_FILLER}</table:table-row>" for row in rows)
    return pack({"mimetype": _ODS, "META-INF/manifest.xml": _MANIFEST, "content.xml": _CONTENT.format(lines + more)})


def pack(parts: dict[str, str]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def as_json(rows: Rows) -> bytes:
    return json.dumps(_objects(rows)).encode()


def as_odata(rows: Rows) -> bytes:
    objects = [{"@odata.etag": 'W/"1"', **each} for each in _objects(rows)]
    return json.dumps({"@odata.context": "https://x.example/sf/$metadata#oauth_server", "value": objects}).encode()


def _objects(rows: Rows) -> list[dict[str, Any]]:
    header = [text_of(cell) for cell in rows[0]]
    return [{key: None if cell == "" else cell for key, cell in zip(header, row, strict=True)} for row in rows[1:]]


def _ods_cell(cell: Value) -> str:
    if isinstance(cell, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value={quoteattr(str(cell).lower())}/>'
    if not cell:
        return "<table:table-cell/>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in cell.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_FILLER = '<table:table-cell table:number-columns-repeated="16000"/>'
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    '<office:body><office:spreadsheet><table:table table:name="Sheet1">'
    '<table:table-column table:number-columns-repeated="16384"/>{}'
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
)

FORMATS: dict[str, Callable[[Rows], bytes]] = {
    "csv": as_csv,
    "excel-csv": lambda rows: as_csv(rows, ";", "utf-16"),
    "excel-utf8": lambda rows: as_csv(rows, ";", "utf-8-sig", "sep=;\r\n"),
    "tsv": lambda rows: as_csv(rows, "\t"),
    "xlsx": as_xlsx,
    "ods": as_ods,
    "json": as_json,
    "odata": as_odata,
}
"""The formats in which a table may come."""
