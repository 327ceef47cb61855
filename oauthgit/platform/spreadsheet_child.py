"""Read a spreadsheet from standard input, inside the process with limits.

The answer is JSON on standard output: the rows, or an error with its place.
"""

import datetime
import json
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any, Final

from oauthgit.platform.headers import count_known
from oauthgit.platform.sheet_scan import LimitError, SheetScan, scan_sheets

_MEMORY: Final = 1 << 30
_CPU_SECONDS: Final = 50
_HEADER_ROWS: Final = 30
_KNOWN_HEADERS: Final = 2
_OTHER: Final = "Save it again as .xlsx or .ods, or export it as CSV."


def main(sheet: str) -> None:
    """Answer with the table in the spreadsheet on standard input."""
    limit_resources()
    answer = answer_of(sys.stdin.buffer.read(), sheet)
    sys.stdout.write(json.dumps(answer))


def limit_resources() -> None:
    """Limit memory and time of this process, as far as the system can.

    A lower limit stays.
    """
    with suppress(ImportError):
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, _MEMORY),
            (resource.RLIMIT_CPU, _CPU_SECONDS),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(ValueError, OSError):
                hard = resource.getrlimit(kind)[1]
                limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(kind, (limit, limit))


def answer_of(content: bytes, sheet: str) -> dict[str, Any]:
    """Return the table in a spreadsheet, or an error, as data for JSON."""
    try:
        scans = scan_sheets(content)
    except LimitError as error:
        return {"error": str(error), "remedy": error.remedy, "row": error.row, "column": error.column}
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        names = workbook.sheet_names
        if sheet and sheet not in names:
            return {"error": "there is no sheet of this name", "remedy": f"Use one of: {', '.join(names)}."}
        for name in [sheet] if sheet else names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            found = _header_of(rows)
            if found is not None:
                return _answer(name, rows, found, scans.get(name))
    except (CalamineError, OSError, ValueError, KeyError) as error:
        return {"error": f"the spreadsheet cannot be read ({type(error).__name__})", "remedy": _OTHER}
    which = "this sheet has" if sheet else "no sheet has"
    return {
        "error": f"{which} a row with known headers in its first {_HEADER_ROWS} rows",
        "remedy": "Export the table with its header, or name the sheet with --sheet and the columns with --column.",
    }


def _header_of(rows: list[list[Any]]) -> int | None:
    """Return the index of the first row with known headers."""
    for index, row in enumerate(rows[:_HEADER_ROWS]):
        if count_known([cell for cell in row if isinstance(cell, str)]) >= _KNOWN_HEADERS:
            return index
    return None


def _answer(name: str, rows: list[list[Any]], header: int, scan: SheetScan | None) -> dict[str, Any]:
    if scan is None:
        return {"error": "the cells of the sheet cannot be checked for formulas", "remedy": _OTHER}
    for row, column in scan.outside(len(rows), max(map(len, rows))):
        rows += [[] for _ in range(row - len(rows))]
        rows[row - 1] += [None] * (column - len(rows[row - 1]))
    numbered = [
        (number, [_encode(cell, (number, column), scan) for column, cell in enumerate(row, 1)])
        for number, row in enumerate(rows, 1)
        if number > header
    ]
    numbered = [(number, cells) for number, cells in numbered if not all(map(_is_blank, cells))]
    return {
        "sheet": name,
        "header_row": header + 1,
        "header": numbered[0][1] if numbered else [],
        "rows": numbered[1:],
    }


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _encode(cell: Any, at: tuple[int, int], scan: SheetScan) -> Any:
    """Return a cell as data for JSON; a formula counts before its value."""
    if scan.is_formula(*at):
        return {"formula": True}
    if isinstance(cell, datetime.date):
        return {"date": cell.isoformat()[:10]}
    if isinstance(cell, datetime.time | datetime.timedelta):
        return {"date": "0001-01-01"}
    return None if cell == "" else cell
