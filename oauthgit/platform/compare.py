"""Compare effective settings with the rows of the platform, target by target.

Only kinds and models that the tables hold are compared. In an override row of ``layer`` a blank cell is inherited, so it is
not compared.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from oauthgit.model.drift import DriftItem, DriftState, NotCompared
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.platform_row import Row, Table
from oauthgit.model.schema import platform_labels
from oauthgit.model.secret import Secret
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import Kind
from oauthgit.platform.compare_row import REDIRECT, SECRET, Secrets, compare_row
from oauthgit.platform.drift_items import follow_branches, item, missing_server, own_settings, sort_items
from oauthgit.platform.tally import Tally

_NAMES: Final = {
    Kind.BRANCH: "branch",
    Kind.RUNTIME_CONFIGURATION: "runtime configuration",
    Kind.IAM_APPLICATION: "IAM application",
}
_PARTIAL: Final = "the tables are partial and do not have the target"
_BROKEN: Final = "no row was found, and rows with errors were left out"


class Options(NamedTuple):
    """Hold the options of a comparison.

    ``servers`` are the selected ones, or empty for all. ``others`` are the targets of git that are not selected; their rows
    are ignored. ``unknown`` maps targets with errors in git to the reason. With ``partial``, targets without rows are not
    compared. ``is_broken`` is true if rows were left out because of errors. Without ``unmanaged``, targets and servers that
    git lacks are ignored.
    """

    servers: AbstractSet[str] = frozenset()
    others: AbstractSet[str] = frozenset()
    unknown: Mapping[str, str] = {}
    partial: bool = False
    is_broken: bool = False
    unmanaged: bool = True


class Comparison(NamedTuple):
    """Hold the drift, the values not compared, and the number of equal ones."""

    items: tuple[DriftItem, ...]
    not_compared: tuple[NotCompared, ...]
    equal: int


def compare(targets: Sequence[Settings], tables: Sequence[Table], options: Options, secrets: Secrets) -> Comparison:
    """Return the differences of settings and rows, those of production first."""
    tally = Tally()
    known = {settings.target: settings for settings in targets}
    rows: dict[str, dict[str, Row]] = {}
    for table in tables:
        for row in table.rows:
            rows.setdefault(row.layer, {})[row.server] = row
    inherits = any(table.rows_kind == "layer" for table in tables)
    held = {_held_by(row, known) for servers in rows.values() for row in servers.values()}
    for target, reason in options.unknown.items():
        tally.skip(reason, target=target)
    for settings in targets:
        if (settings.kind, settings.model) in held:
            is_override = inherits and settings.kind is not Kind.BRANCH
            _compare_target(settings, rows.get(settings.target, {}), tally, (options, secrets), inherits=is_override)
        elif settings.servers:
            reason = f"the tables have no {_NAMES[settings.kind]} of the model {settings.model}"
            tally.skip(reason, target=settings.target)
    for layer, servers in rows.items():
        if options.unmanaged and not (layer in known or layer in options.others or layer in options.unknown):
            _add_unmanaged(layer, servers, tally, options, known)
    _skip_absent_columns(known, tables, tally)
    items = tally.items if inherits else list(follow_branches(tally.items))
    return Comparison(sort_items(items), tally.not_compared(), tally.equal)


def plain_secrets(targets: Sequence[Settings], tables: Sequence[Table]) -> dict[tuple[str, str], Secret]:
    """Return the secrets in plain text that have one in git, by target and server."""
    known = {settings.target: settings.servers for settings in targets}
    return {
        (row.layer, row.server): cell.value
        for table in tables
        for row in table.rows
        if (cell := row.cells.get(SECRET)) and isinstance(cell.value, Secret)
        if isinstance(known.get(row.layer, {}).get(row.server, {}).get(SECRET), SecretReference)
    }


def _held_by(row: Row, known: Mapping[str, Settings]) -> tuple[Kind, str]:
    """Return the kind and the model that a row is of."""
    settings = known.get(row.layer)
    return row.kind, settings.model if settings else row.identity.get("model", "")


def _compare_target(
    settings: Settings,
    rows: Mapping[str, Row],
    tally: Tally,
    given: tuple[Options, Secrets],
    *,
    inherits: bool,
) -> None:
    """Compare one target.

    With ``inherits`` its rows are overrides, so it needs rows only for servers that it overrides.
    """
    options, secrets = given
    for server, row in rows.items():
        if server in settings.servers:
            compare_row(settings, row, tally, secrets, inherits=inherits)
        elif options.unmanaged and (not options.servers or server in options.servers):
            place = settings.locate(join("oauth_servers"))
            state = DriftState.ONLY_ON_PLATFORM
            tally.add(item(settings, server, "", state, location=place, cell=row.locate()))
    missing = [
        server for server in settings.servers if server not in rows and (not inherits or own_settings(settings, server))
    ]
    if missing and options.is_broken:
        tally.skip(_BROKEN, target=settings.target, count=len(missing))
    elif missing and not rows and options.partial:
        tally.skip(_PARTIAL, target=settings.target)
    else:
        items = [missing_server(settings, server, only_own=inherits) for server in missing]
        if items and not rows:
            place = settings.location
            items = [item(settings, "", "", DriftState.ONLY_IN_GIT, location=place, servers=tuple(items))]
        for each in items:
            tally.add(each)


def _add_unmanaged(
    layer: str, servers: Mapping[str, Row], tally: Tally, options: Options, known: Mapping[str, Settings]
) -> None:
    """Report a target of the tables that git lacks, at its branch if git has that."""
    rows = [row for row in servers.values() if not options.servers or row.server in options.servers]
    if rows:
        first = rows[0]
        names = first.identity
        branch = known.get(f"{Kind.BRANCH}/{names.get('model', '')}/{names.get('branch', '')}")
        place, state = branch.location if branch else None, DriftState.ONLY_ON_PLATFORM
        tally.add(DriftItem(layer, first.kind, None, "", "", state, location=place, cell=first.locate()))


def _skip_absent_columns(known: Mapping[str, Settings], tables: Sequence[Table], tally: Tally) -> None:
    for table in tables:
        compared = sum(row.layer in known and row.server in known[row.layer].servers for row in table.rows)
        for name in (*platform_labels(), REDIRECT):
            if name not in table.columns:
                tally.skip(f"{table.file} has no column for it", name, count=compared)
