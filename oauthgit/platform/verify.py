"""Find the changes of git that the platform has already."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oauthgit.model.difference import Change, Differences, Status, TargetDifference
from oauthgit.model.platform_row import Row, Table
from oauthgit.model.schema import platform_labels
from oauthgit.model.workspace import Kind
from oauthgit.platform.compare_row import REDIRECT, SECRET
from oauthgit.platform.effective import is_equal

Rows = Mapping[str, Mapping[str, Row]]
"""The rows of tables, by target and server."""


def verify(differences: Differences, tables: Sequence[Table]) -> Differences:
    """Return the differences with those marked that the tables show as done.

    A secret is never done, because its value is not compared here.
    """
    rows: dict[str, dict[str, Row]] = {}
    for table in tables:
        for row in table.rows:
            rows.setdefault(row.layer, {})[row.server] = row
    inherits = any(table.rows_kind == "layer" for table in tables)
    done = {mark for each in differences.targets for mark in _done(each, rows, inherits=inherits)}
    return differences._replace(done=frozenset(done))


def _done(each: TargetDifference, rows: Rows, *, inherits: bool) -> Iterator[tuple[str, str, str]]:
    target = each.target
    is_held = any(row.kind is each.kind for servers in rows.values() for row in servers.values())
    is_there = target in rows
    if (
        (each.status is Status.ADDED and is_there)
        or (each.status is Status.REMOVED and is_held and not is_there)
        or (each.status is Status.RENAMED and is_there and each.was not in rows)
    ):
        yield target, "", ""
    for change in each.changes:
        if not change.server:
            cells = [row.cells[REDIRECT] for row in rows.get(target, {}).values() if REDIRECT in row.cells]
            shown = [None if cell.is_blank else cell.value for cell in cells]
            if change.setting == REDIRECT and shown and all(is_equal(REDIRECT, change.after, one) for one in shown):
                yield target, "", REDIRECT
        elif not change.setting and change.after is None:
            if is_there and change.server not in rows[target]:
                yield target, change.server, ""
        else:
            yield from _done_settings(each, change, rows, inherits=inherits)


def _done_settings(
    each: TargetDifference, change: Change, rows: Rows, *, inherits: bool
) -> Iterator[tuple[str, str, str]]:
    values: Mapping[str, Any] = {change.setting: change.after} if change.setting else change.after
    above = f"{Kind.BRANCH}/{each.model}/{each.branch}"
    layers = (each.target, above) if inherits and each.kind is not Kind.BRANCH else (each.target,)
    found = [rows.get(layer, {}).get(change.server) for layer in layers]
    for name, value in values.items():
        if name in platform_labels() and name != SECRET and _shows(found, name, value):
            yield each.target, change.server, name


def _shows(rows: Sequence[Row | None], name: str, value: Any) -> bool:
    """Return True if the first row with a value has this one.

    A missing row and a blank cell are inherited from the next row; a blank cell of the last one is the default.
    """
    cells = [row.cells.get(name) if row else None for row in rows]
    stated = next((cell for cell in cells if cell and not cell.is_blank), None)
    return is_equal(name, value, stated.value if stated else None) if stated or cells[-1] else False
