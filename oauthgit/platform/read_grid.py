"""Read a file as a grid of cells: recognise its format by its content."""

from typing import Final

from oauthgit.platform.grid import Grid, unreadable
from oauthgit.platform.text_grid import read_text

MAXIMUM: Final = 64 << 20
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


def read_grid(file: str, content: bytes, sheet: str = "") -> Grid:
    """Return the grid of a file.

    Raises:
        TableError: The file is not a table, or too large.

    """
    if len(content) > MAXIMUM:
        raise unreadable(
            file, f"the file has more than {MAXIMUM >> 20} MB", "Export fewer rows or columns into each file."
        )
    if content.startswith(_ZIP):
        from oauthgit.platform.spreadsheet import read_spreadsheet

        return read_spreadsheet(file, content, sheet)
    if content.startswith(_OLD_EXCEL):
        raise unreadable(
            file,
            "this is a workbook in the old format of Excel (.xls), or one with a password",
            "Save it as .xlsx without a password, or as CSV.",
        )
    return read_text(file, content)
