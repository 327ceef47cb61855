"""Read CSV, tab-separated text and pasted grids, or pass JSON on."""

import csv
from io import StringIO
from typing import Final

from oauthgit.platform.grid import Grid, RawCell, unreadable
from oauthgit.platform.headers import count_known

_DELIMITERS: Final = (";", ",", "\t", "|")
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig", ""),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_PROBE: Final = 64
_SEPARATOR_LINE: Final = "sep="
_START: Final = 1 << 16
"""Characters in which the header is searched."""


def read_text(file: str, content: bytes) -> Grid:
    """Return the grid of a text file.

    Raises:
        TableError: The text has no header, or is not a table.

    """
    text, encoding = _decode(file, content)
    if text.lstrip()[:1] in {"[", "{"}:
        from oauthgit.platform.json_grid import read_json

        return read_json(file, text)._replace(encoding=encoding)
    text, delimiter = _take_separator_line(text)
    delimiter = delimiter or max(_DELIMITERS, key=lambda each: _rank(text[:_START], each))
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if any(map(str.strip, row)):
                rows.append((number, row))
    except csv.Error as error:
        raise unreadable(
            file,
            f"the text after this row is not a table: {error}",
            "Close the quotation marks, or export the file again.",
            row=number + 1,
        ) from None
    if not rows:
        raise unreadable(file, "the file has no rows", "Export it again, with its header.")
    header_row, header = rows[0]
    cells: list[tuple[int, list[RawCell]]] = [(at, [*row]) for at, row in rows[1:]]
    return Grid(file, header_row, tuple(header), cells, encoding=encoding)


def _decode(file: str, content: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding, which is empty for UTF-8."""
    codec, name = next(((codec, name) for bom, codec, name in _BOMS if content.startswith(bom)), ("", ""))
    if not codec and (half := _utf16_without_mark(content)):
        codec, name = half, "UTF-16"
    try:
        if codec:
            text = content.decode(codec)
        else:
            text, name = _decode_8_bit(content)
    except UnicodeDecodeError:
        raise unreadable(
            file,
            f"the text is neither UTF-8 nor {name or 'Windows-1252'}",
            "Export the file again, as UTF-8.",
        ) from None
    if "\0" in text:
        raise unreadable(file, "the file is not text: it has NUL characters", "Export it as CSV, XLSX, ODS or JSON.")
    return text, name


def _utf16_without_mark(content: bytes) -> str:
    start = content[:_PROBE]
    if len(start) >= 2 and not any(start[1::2]) and all(start[::2]):  # noqa: PLR2004 - one character
        return "utf-16-le"
    return "utf-16-be" if len(start) >= 2 and not any(start[::2]) and all(start[1::2]) else ""  # noqa: PLR2004 - as above


def _decode_8_bit(content: bytes) -> tuple[str, str]:
    try:
        return content.decode(), ""
    except UnicodeDecodeError:
        return content.decode("cp1252"), "Windows-1252"


def _take_separator_line(text: str) -> tuple[str, str]:
    """Return the text without Excel's line with the delimiter, and the delimiter."""
    line, _, rest = text.partition("\n")
    stated = line.rstrip("\r").strip('"')
    if stated.lower().startswith(_SEPARATOR_LINE) and len(stated) == len(_SEPARATOR_LINE) + 1:
        return rest, stated[-1]
    return text, ""


def _rank(text: str, delimiter: str) -> tuple[int, int]:
    """Return the number of known headers and of columns, if this were the delimiter.

    Only the header counts: cells have commas in scopes and semicolons in URLs.
    """
    try:
        header = next((row for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter) if row), [])
    except csv.Error:
        return 0, 0
    return count_known(header), len(header)
