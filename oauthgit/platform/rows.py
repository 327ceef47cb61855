"""Read the rows of a grid: whom they describe, and the values of their cells."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from oauthgit.model.finding import Finding, at_most
from oauthgit.model.location import Location
from oauthgit.model.platform_row import Cell, Row, RowsKind, Table
from oauthgit.model.schema import schema
from oauthgit.model.workspace import Kind
from oauthgit.platform.grid import Grid, RawCell, place
from oauthgit.platform.headers import IDENTITY, Columns, match_headers
from oauthgit.platform.read_cell import BLANK, Problem, read_cell, read_name

_FIELDS: Final = {
    Kind.BRANCH: ("model", "branch"),
    Kind.RUNTIME_CONFIGURATION: ("model", "branch", "name"),
    Kind.IAM_APPLICATION: ("application",),
}
"""The fields of the identity that make the id of a layer."""


class _Report:
    """Collect problems, and corrections by column, so that one finding reports each."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Finding] = []
        self._corrected: dict[tuple[int, str], list[int]] = {}

    def add_correction(self, row: int, column: int, what: str) -> None:
        """Add a corrected cell."""
        self._corrected.setdefault((column, what), []).append(row)

    def corrections(self) -> list[Finding]:
        """Return a note for each column and kind of correction."""
        found = []
        for (column, what), rows in self._corrected.items():
            message = f"{what}{f' here and in {len(rows) - 1:,} more rows' if len(rows) > 1 else ''}"
            at = place(self.file, rows[0], column)
            found.append(Finding("OG809", message, at, remedy="Compare the cells with the platform."))
        return found


class _Identity(NamedTuple):
    kind: Kind
    layer: str
    fields: Mapping[str, str]
    server: str


def read_rows(
    grid: Grid,
    rows_kind: RowsKind,
    given: Mapping[str, str],
    of_policy: Mapping[str, str],
    refused: Mapping[str, str],
) -> tuple[Table, list[Finding]]:
    """Return the table of a grid, and findings about its header and its cells."""
    columns = match_headers(grid, given, of_policy, refused)
    findings = [*columns.findings, *_missing(grid, columns)]
    settings = {name: index + 1 for name, index in columns.indices.items() if name not in IDENTITY}
    table = Table(grid.file, rows_kind, settings, (), grid.sheet, grid.encoding)
    if any(finding.code == "OG803" for finding in findings):
        return table, findings
    report = _Report(grid.file)
    rows = [_row(grid, number, cells, columns.indices, report) for number, cells in grid.rows]
    findings += at_most(report.problems)
    findings += report.corrections()
    return table._replace(rows=tuple(filter(None, rows))), findings


def _missing(grid: Grid, columns: Columns) -> list[Finding]:
    """Return a finding if no column names the server, or none whose it is."""
    there = columns.indices.keys()
    if not there:
        return []  # a finding about the header says so
    owners = {"model", "branch"} <= there or "application" in there
    if "server" in there and owners:
        return []
    lacks = "an OAuth server (oauth_server_id)" if owners else "a branch (model_id and branch_id) or an application"
    return [
        Finding(
            "OG803",
            f"no column names {lacks}, so the rows cannot be assigned",
            place(grid.file, grid.header_row),
            remedy="Export the key columns too, or map a column with --column NAME=HEADER.",
        )
    ]


def _row(
    grid: Grid,
    number: int,
    cells: Sequence[RawCell],
    indices: Mapping[str, int],
    report: _Report,
) -> Row | None:
    """Return a row, or None if it has a problem."""
    problems, file, width = report.problems, grid.file, len(grid.header)
    before = len(problems)
    values: dict[str, Cell] = {}
    names: dict[str, str] = {}
    for name, index in indices.items():
        cell = cells[index] if index < len(cells) else None
        read = BLANK if cell is None or cell == "" else read_name(cell) if name in IDENTITY else read_cell(name, cell)
        if isinstance(read, Problem):
            at = place(file, number, index + 1)
            problems.append(Finding(read.code, read.message, at, remedy=read.remedy))
            continue
        if read.corrected:
            report.add_correction(number, index + 1, read.corrected)
        if name not in IDENTITY:
            values[name] = Cell(read.value, index + 1)
        elif isinstance(read.value, str):
            names[name] = read.value
    extra = next((index for index in range(width, len(cells)) if not _is_blank(cells[index])), None)
    if extra is not None:
        problems.append(
            Finding(
                "OG806",
                "the row has more cells than the header, so its values may belong to other columns",
                place(file, number, extra + 1),
                remedy="Put values with a delimiter into quotation marks, or export the file again.",
            )
        )
    if len(problems) > before:
        return None
    columns = {name: index + 1 for name, index in indices.items() if name in IDENTITY}
    found = _identify(names, Location(file, number, 1, number, 1), columns)
    if isinstance(found, Finding):
        problems.append(found)
        return None
    return Row(file, number, found.kind, found.layer, found.fields, found.server, values, columns)


def _identify(names: Mapping[str, str], at: Location, columns: Mapping[str, int]) -> _Identity | Finding:
    """Return the identity of a row, or the finding that it has none."""
    server = names.get("server", "")
    fields = {name: names[name] for name in ("model", "branch", "name", "application") if name in names}
    if "application" in fields and "name" in fields:
        return _no_identity(at, "it names both a runtime configuration and an application", columns["application"])
    kind = (
        Kind.IAM_APPLICATION
        if "application" in fields
        else Kind.RUNTIME_CONFIGURATION
        if "name" in fields
        else Kind.BRANCH
    )
    lacking = [field for field in _FIELDS[kind] if field not in fields]
    if lacking:
        return _no_identity(at, f"it names no {' and no '.join(lacking)}", columns.get(lacking[0], 1))
    if not server:
        return _no_identity(at, "it names no OAuth server", columns["server"])
    if not re.fullmatch(_server_pattern(), server):
        place_of_server = at._replace(column=columns["server"], end_column=columns["server"])
        return Finding(
            "OG804",
            "the name of the OAuth server is not valid: it may contain a-z, 0-9 and _, and must begin with a letter",
            place_of_server,
            remedy="Rename the server in the table, and in the platform as well.",
        )
    layer = "/".join((kind.value, *(fields[field] for field in _FIELDS[kind])))
    return _Identity(kind, layer, fields, server)


def _no_identity(at: Location, why: str, column: int) -> Finding:
    return Finding(
        "OG804",
        f"the row cannot be assigned: {why}",
        at._replace(column=column, end_column=column),
        remedy="Fill in the key columns, or remove the row.",
    )


def _server_pattern() -> str:
    """Return the pattern of the names of servers."""
    pattern: str = schema(Kind.BRANCH)["properties"]["oauth_servers"]["propertyNames"]["pattern"]
    return pattern


def _is_blank(cell: RawCell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
