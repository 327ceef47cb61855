"""Plan the smallest layers that have the settings of the rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.model.finding import Finding
from oauthgit.model.layer_plan import Guess, KnownLayer, LayerPlan, Stated
from oauthgit.model.platform_row import Row, Table, Value
from oauthgit.model.workspace import Kind
from oauthgit.platform.plan_members import plan_members
from oauthgit.platform.plan_server import ServerPlan, plan_server

_ORDER: Final = (Kind.BRANCH, Kind.RUNTIME_CONFIGURATION, Kind.IAM_APPLICATION)


class Known(NamedTuple):
    """Hold what is known besides the tables.

    ``layers`` are those in git. ``defaults`` are the platform's, by dotted names. ``provider_values`` returns the settings
    that a catalogue entry fills in, ``find_provider`` the entry for a token endpoint. ``order`` are the names of settings.
    """

    layers: Mapping[str, KnownLayer]
    defaults: Stated
    order: Sequence[str]
    provider_values: Callable[[str], Stated]
    find_provider: Callable[[object], str | None]


class LayerOptions(NamedTuple):
    """Hold environments by patterns of names, and whether to suggest providers."""

    environments: Mapping[str, str] = {}
    suggests_providers: bool = True


class LayerPlans(NamedTuple):
    """Hold the plans, and what is to be reported.

    ``equal`` is the number of cells in overrides that equal the inherited value. ``effective`` are the planned settings of
    each row, to be compared with those that the pipeline computes.
    """

    plans: tuple[LayerPlan, ...]
    findings: tuple[Finding, ...]
    guesses: tuple[Guess, ...]
    equal: int
    effective: Mapping[tuple[str, str], Mapping[str, Any]]


def plan_layers(tables: Iterable[Table], known: Known, options: LayerOptions) -> LayerPlans:
    """Return the layers that state the rows of ``tables`` on top of what is known."""
    planner = _Planner(known, options)
    by_layer: dict[str, list[Row]] = {}
    for table in tables:
        for row in table.rows:
            planner.rows[row.layer, row.server] = row, table.rows_kind == "effective"
            by_layer.setdefault(row.layer, []).append(row)
    plans = []
    for layer, rows in sorted(by_layer.items(), key=lambda item: (_ORDER.index(item[1][0].kind), item[0])):
        members, findings, guesses = plan_members(layer, rows, known.layers.get(layer), options.environments)
        planner.findings += findings
        planner.guesses += guesses
        if not findings:
            planner.parents[layer] = _parent(rows[0].kind, members, known.layers.get(layer))
            plans.append((layer, rows, members))
    made = [planner.plan(*each) for each in plans]
    return LayerPlans(tuple(made), tuple(planner.findings), tuple(planner.guesses), planner.equal, planner.effective)


def _parent(kind: Kind, members: Mapping[str, str], known: KnownLayer | None) -> str | None:
    if kind is Kind.BRANCH:
        return known.parent if known else None
    return f"{Kind.BRANCH.value}/{members['model']}/{members['branch']}"


class _Planner:
    """Compute the statements of each server of each layer once, those below it first."""

    def __init__(self, known: Known, options: LayerOptions) -> None:
        self.known, self.options = known, options
        self.rows: dict[tuple[str, str], tuple[Row, bool]] = {}
        self.parents: dict[str, str | None] = {}
        self.findings: list[Finding] = []
        self.guesses: list[Guess] = []
        self.equal = 0
        self.effective: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._own: dict[tuple[str, str], Stated] = {}

    def plan(self, layer: str, rows: list[Row], members: Mapping[str, str]) -> LayerPlan:
        """Return the plan of one layer."""
        known = self.known.layers.get(layer)
        servers = {row.server: self._own_after(layer, row.server) for row in rows}
        before = {server: known.servers[server] for server in servers if known and server in known.servers}
        changed = {server: own for server, own in servers.items() if own or server in before}
        return LayerPlan(layer, rows[0].kind, known is None, members, changed, before, tuple(rows))

    def _own_after(self, layer: str, server: str) -> Stated:
        """Return what a layer will state of a server."""
        key = (layer, server)
        if key not in self._own:
            known = self.known.layers.get(layer)
            own = known.servers.get(server, {}) if known else {}
            self._own[key] = own  # an origin cycle ends here; validate reports it
            if key in self.rows:
                self._own[key] = self._plan_row(*self.rows[key], own)
        return self._own[key]

    def _stated_after(self, layer: str | None, server: str) -> dict[str, Value]:
        """Return what a layer and those below it will state of a server."""
        if layer is None:
            return {}
        known = self.known.layers.get(layer)
        parent = self.parents.get(layer, known.parent if known else None)
        below = self._stated_after(parent, server) if parent != layer else {}
        return fold(below, self._own_after(layer, server))

    def _plan_row(self, row: Row, is_effective: bool, own: Stated) -> Stated:  # noqa: FBT001 - of the table
        below = self._stated_after(self.parents.get(row.layer), row.server)
        if row.kind is not Kind.BRANCH and not below:
            self.findings.append(_no_branch(row, self.parents.get(row.layer) or "its branch"))
            return own
        planned = plan_server(
            ServerPlan(row, below, own, is_complete=is_effective or row.kind is Kind.BRANCH),
            self.known,
            suggests_provider=self.options.suggests_providers,
        )
        self.guesses += planned.guesses
        self.findings += planned.findings
        self.equal += planned.equal
        self.effective[row.layer, row.server] = planned.effective
        return planned.own


def fold(below: Mapping[str, Value], own: Stated) -> dict[str, Value]:
    """Return the statements of a layer on top of those below it; a null removes one."""
    return {name: value for name, value in {**below, **own}.items() if value is not None}


def _no_branch(row: Row, branch: str) -> Finding:
    return Finding(
        "OG811",
        f"{row.layer} overrides {row.server}, and {branch} has no such server, neither in the tables nor in git",
        row.locate(),
        remedy="Import the table of the branch too, in the same call.",
    )
