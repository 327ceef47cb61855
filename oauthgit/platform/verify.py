"""Find the changes of git that the platform has already."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from oauthgit.model.difference import Change, Differences, Status, TargetDifference
from oauthgit.model.platform_row import Row, Table
from oauthgit.model.schema import platform_labels
from oauthgit.model.workspace import Kind
from oauthgit.platform.compare_row import REDIRECT, SECRET
from oauthgit.platform.effective import is_equal

Rows = Mapping[str, Mapping[str, Row]]
"""The rows of tables, by target and server."""


class _Platform(NamedTuple):
    """Hold the rows of all tables.

    ``inherits`` is true if overrides inherit, ``is_broken`` if rows were left out because of errors.
    """

    rows: Rows
    inherits: bool
    is_broken: bool


def verify(differences: Differences, tables: Sequence[Table], *, is_broken: bool) -> Differences:
    """Return the differences with those marked that the tables show as done.

    A secret is never done, because its value is not compared here. If rows were left out because of errors (``is_broken``),
    nothing is done that a missing row would show.
    """
    rows: dict[str, dict[str, Row]] = {}
    for table in tables:
        for row in table.rows:
            rows.setdefault(row.layer, {})[row.server] = row
    inherits = any(table.rows_kind == "layer" for table in tables)
    platform = _Platform(rows, inherits, is_broken)
    done = {mark for each in differences.targets for mark in _done(each, platform)}
    return differences._replace(done=frozenset(done))


def _done(each: TargetDifference, platform: _Platform) -> Iterator[tuple[str, str, str]]:
    target, rows, shows_absence = each.target, platform.rows, not platform.is_broken
    is_there = target in rows
    if (
        (each.status is Status.ADDED and is_there)
        or (each.status is Status.REMOVED and shows_absence and not is_there and _holds(rows, each))
        or (each.status is Status.RENAMED and shows_absence and is_there and each.was not in rows)
    ):
        yield target, "", ""
    for change in each.changes:
        if not change.server:
            cells = [row.cells[REDIRECT] for row in rows.get(target, {}).values() if REDIRECT in row.cells]
            shown = [None if cell.is_blank else cell.value for cell in cells]
            if change.setting == REDIRECT and shown and all(is_equal(REDIRECT, change.after, one) for one in shown):
                yield target, "", REDIRECT
        elif not change.setting and change.after is None:
            if shows_absence and is_there and change.server not in rows[target]:
                yield target, change.server, ""
        else:
            yield from _done_settings(each, change, platform)


def _holds(rows: Rows, each: TargetDifference) -> bool:
    """Return True if the tables have targets of the same kind and model."""
    every = (row for servers in rows.values() for row in servers.values())
    return any(row.kind is each.kind and row.identity.get("model") == each.model for row in every)


def _done_settings(each: TargetDifference, change: Change, platform: _Platform) -> Iterator[tuple[str, str, str]]:
    rows = platform.rows
    values: Mapping[str, Any] = {change.setting: change.after} if change.setting else change.after
    above = f"{Kind.BRANCH}/{each.model}/{each.branch}"
    layers = (each.target, above) if platform.inherits and each.kind is not Kind.BRANCH else (each.target,)
    found = [rows.get(layer, {}).get(change.server) for layer in layers]
    if platform.is_broken and found[0] is None:
        return
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
