"""Read tables that were exported from the platform: bytes -> rows."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from oauthgit.model.finding import Finding, Related, at_most
from oauthgit.model.location import Location
from oauthgit.model.platform_row import Row, RowsKind, Table
from oauthgit.platform.grid import TableError
from oauthgit.platform.headers import has_header
from oauthgit.platform.read_grid import read_grid
from oauthgit.platform.rows import read_rows


class Source(NamedTuple):
    """Hold the content of a file, and its name for messages."""

    name: str
    content: bytes


class ReadOptions(NamedTuple):
    """Hold the options of reading.

    ``columns`` maps names of settings and identity fields to headers, as a person gave them; ``policy_columns`` are those of
    the policy that are granted, which never map a header that has a meaning. ``refused_columns`` are the
    others of it. ``sheet`` selects a sheet by name.
    """

    rows_kind: RowsKind = "layer"
    columns: Mapping[str, str] = {}
    policy_columns: Mapping[str, str] = {}
    sheet: str = ""
    refused_columns: Mapping[str, str] = {}

    def with_policy(self, stated: Mapping[str, str], granted: Mapping[str, str]) -> "ReadOptions":
        """Return the options with those columns of a policy that are granted."""
        policy = {name: header for name, header in stated.items() if granted.get(name) == header}
        refused = {name: header for name, header in stated.items() if name not in policy}
        return self._replace(policy_columns=policy, refused_columns=refused)


LAYERS: Final = ReadOptions()
"""Rows of layers, with headers that are known by themselves."""


def read_tables(
    sources: Iterable[Source], options: ReadOptions = LAYERS
) -> tuple[tuple[Table, ...], tuple[Finding, ...]]:
    """Return the tables of files, and findings about all that is not understood.

    A row with an error is left out. No finding contains the value of a cell that may be a secret.
    """
    tables: list[Table] = []
    findings: list[Finding] = []
    unused = dict(options.columns)
    for source in sources:
        try:
            grid = read_grid(source.name, source.content, options.sheet)
            unused = {name: header for name, header in unused.items() if not has_header(grid, header)}
            mapped = options.columns, options.policy_columns, options.refused_columns
            table, found = read_rows(grid, options.rows_kind, *mapped)
        except TableError as error:
            findings.append(error.finding)
        else:
            tables.append(table)
            findings += found
    findings += [_unused_column(tables[0].file, name) for name in unused if tables]
    first: dict[tuple[str, str], Row] = {}
    repeated: list[Finding] = []
    tables = [table._replace(rows=tuple(_unique(table.rows, first, repeated))) for table in tables]
    return tuple(tables), (*findings, *at_most(repeated))


def _unused_column(file: str, name: str) -> Finding:
    return Finding(
        "OG803",
        f"no table has the column that --column maps to {name}",
        Location(file),
        remedy="Write the header as it is in the table.",
    )


def _unique(rows: Iterable[Row], first: dict[tuple[str, str], Row], findings: list[Finding]) -> Iterable[Row]:
    """Yield the rows that are the first of their layer and server; report the others."""
    for row in rows:
        before = first.setdefault((row.layer, row.server), row)
        if before is row:
            yield row
            continue
        findings.append(
            Finding(
                "OG805",
                f"{row.server} of {row.layer} has another row; which of them is right is not certain",
                row.locate(),
                remedy="Remove one of the rows.",
                related=(Related("the first row is", before.locate()),),
            )
        )
