"""Read XLSX and ODS in a child process with limits of memory and time.

A small file can describe a sheet of billions of cells, and the reader asks for memory for all of them. The content goes
through a pipe, because it may contain secrets.
"""

import datetime
import json
import os
import sys
from importlib.util import find_spec
from typing import Any, Final

from oauthgit.child_process import Command, TooMuchError, TooSlowError, run
from oauthgit.platform.grid import Formula, Grid, RawCell, TableError, unreadable

_SECONDS: Final = 60
_MAXIMUM: Final = 256 << 20
_MAXIMUM_ERRORS: Final = 1 << 20
_BOOT: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from oauthgit.platform.spreadsheet_child import main; main(sys.argv[2])"
)
_AS_CSV: Final = "Export it as CSV."


def read_spreadsheet(file: str, content: bytes, sheet: str) -> Grid:
    """Return the first sheet with a known header, or the sheet of this name.

    Raises:
        TableError: The reader is not installed, or the file is not a spreadsheet, or exceeds a limit.

    """
    if find_spec("python_calamine") is None:
        raise unreadable(
            file,
            "reading spreadsheets needs the package python-calamine, which is not installed",
            "Install oauthgit with its extra excel, or export the table as CSV.",
        )
    answer = _run(file, content, sheet)
    if "error" in answer:
        raise unreadable(
            file, answer["error"], answer["remedy"], row=answer.get("row", 1), column=answer.get("column", 1)
        )
    rows = [(number, [_cell(cell) for cell in cells]) for number, cells in answer["rows"]]
    header = tuple(_cell(cell) for cell in answer["header"])
    return Grid(file, answer["header_row"], header, rows, sheet=answer["sheet"])


def _run(file: str, content: bytes, sheet: str) -> dict[str, Any]:
    """Return the answer of the child process."""
    words = (sys.executable, "-I", "-S", "-c", _BOOT, json.dumps(sys.path), sheet)
    try:
        done = run(Command(words, os.sep, {}), given=content, seconds=_SECONDS, most=(_MAXIMUM, _MAXIMUM_ERRORS))
    except TooSlowError:
        raise _died(file, f"took longer than {_SECONDS} seconds") from None
    except TooMuchError:
        raise _died(file, "found more than a table of settings has") from None
    except OSError:
        raise _died(file, "could not be started") from None
    if done.code:
        raise _died(file, "ended without a result, probably because the file exceeds its limit of memory")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise _died(file, "returned no result") from None
    return answer


def _died(file: str, how: str) -> TableError:
    return unreadable(file, f"the spreadsheet cannot be read: the process that reads it {how}", _AS_CSV)


def _cell(cell: Any) -> RawCell:
    """Return a cell as the child process encoded it."""
    if isinstance(cell, dict):
        return datetime.date.fromisoformat(cell["date"]) if "date" in cell else Formula()
    return cell  # type: ignore[no-any-return] # text, number, logical value or nothing
