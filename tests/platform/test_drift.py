"""Drift is found exactly: none in a table of effective settings, and one for every changed cell."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oauthgit.discover import discover
from oauthgit.model.drift import DriftItem, DriftState
from oauthgit.model.platform_row import Cell, Row, RowsKind, Table, Unstated
from oauthgit.model.secret import Secret
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import Kind
from oauthgit.pipeline.resolve import resolve_workspace
from oauthgit.platform import ReadOptions, Source, read_tables
from oauthgit.platform.compare import Comparison, Options, compare
from oauthgit.platform.effective import is_equal
from support.effective_table import SETTINGS, Grid, grid_of, to_csv, to_json, to_rows
from support.paths import REPOSITORY
from support.platform_tables import as_ods, as_xlsx

FORMATS: dict[str, Callable[[Grid, list[str]], bytes]] = {
    "csv": lambda grid, columns: to_csv(grid, columns, ",").encode(),
    "excel": lambda grid, columns: f"sep=;\r\n{to_csv(grid, columns, labels=True)}".encode("utf-8-sig"),
    "utf-16": lambda grid, columns: to_csv(grid, columns, "\t", labels=True).encode("utf-16"),
    "json": lambda grid, columns: to_json(grid, columns).encode(),
    "xlsx": lambda grid, columns: as_xlsx(to_rows(grid, columns)),
    "ods": lambda grid, columns: as_ods(to_rows(grid, columns)),
    "odata": lambda grid, columns: to_json(grid, columns, odata=True).encode(),
}
PROD = "iam_application/insights-prod"
MAIN = "branch/INSIGHTS/MAIN"


@cache
def sample() -> tuple[Settings, ...]:
    return tuple(resolve_workspace(discover(REPOSITORY)[0]).targets)


def read(grid: Grid, form: str, columns: list[str] | None = None, rows: RowsKind = "effective") -> tuple[Table, ...]:
    source = Source("export", FORMATS[form](grid, columns or list(grid[0])))
    tables, findings = read_tables([source], ReadOptions(rows))
    assert [finding for finding in findings if finding.code not in {"OG802", "OG809"}] == []
    return tables


def compared(tables: tuple[Table, ...], **options: Any) -> Comparison:
    return compare(sample(), tables, Options(**options), {})


def names(found: Comparison) -> list[tuple[str, str, DriftState]]:
    return [(item.target, item.name, item.state) for item in found.items]


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False))
def test_table_of_effective_settings_has_no_drift(form: str, random: Any) -> None:
    grid = grid_of(sample())
    columns = list(grid[0])
    random.shuffle(grid)
    random.shuffle(columns)
    found = compared(read(grid, form, columns))
    assert found.items == ()
    assert found.equal == len(grid) * (len(SETTINGS) - 1)
    assert {each.reason for each in found.not_compared} == {"the tables do not show the secret"}


def other(name: str, value: Any) -> Any:
    """Return another value for a cell."""
    choices = {
        "token_endpoint_auth_method": ("client_secret_post", "client_secret_basic"),
        "user_login.prompt": ("login", "consent"),
        "grant_types": (("client_credentials",), ("refresh_token",)),
        "client_secret_expires_on": ("2031-01-01", "2031-01-02"),
    }
    if name in choices:
        return next(each for each in choices[name] if each != value)
    if name == "scopes":
        return (*(value if isinstance(value, tuple) else ()), "another.scope")
    if isinstance(value, bool) or name in {"require_pkce", "user_login.request_refresh_token"}:
        return value is not True
    url = "https://other.example.com/a"
    return url if isinstance(value, Unstated) else f"{value}/"


def changed(row: Row, name: str) -> Row:
    value = Secret("x") if name == "client_secret" else other(name, row.cells[name].value)
    return row._replace(cells={**row.cells, name: Cell(value, row.cells[name].column)})


@pytest.mark.parametrize("name", SETTINGS)
def test_every_changed_cell_is_one_difference(name: str) -> None:
    """Change the cell of every row; the result of comparing secrets is made up."""
    (table,) = read(grid_of(sample()), "csv")
    tables = (table._replace(rows=tuple(changed(row, name) for row in table.rows)),)
    differing = {(settings.target, server): False for settings in sample() for server in settings.servers}
    found = compare(sample(), tables, Options(), differing)
    rows = {(row.layer, "" if name == "redirect_uri" else row.server): row for row in reversed(table.rows)}
    assert {(item.target, item.server): item.cell for item in found.items} == {
        place: row.locate(name) for place, row in rows.items()
    }
    assert {(item.setting, item.state, item.location is None) for item in found.items} == {
        (name, DriftState.DIFFERS, False)
    }
    assert len(found.items) == len(rows)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(list(FORMATS)), st.integers(0, 10_000), st.sampled_from(["client_id", "token_endpoint", "scopes"])
)
def test_changed_cell_of_a_file_is_one_difference(form: str, number: int, name: str) -> None:
    grid = grid_of(sample())
    row = grid[number % len(grid)]
    row[name] = {"client_id": "client-9", "token_endpoint": "https://other.example.com/", "scopes": ["c:d", "a/b"]}[
        name
    ]
    (item,) = compared(read(grid, form)).items
    assert (item.server, item.setting) == (row["oauth_server_id"], name)
    assert item.target.endswith(row["application"] or row["runtime_configuration"] or row["branch_id"])


@pytest.mark.parametrize(
    ("name", "one", "same", "others"),
    [
        (
            "token_endpoint",
            "https://login.example.com/token",
            ("HTTPS://Login.Example.COM:443/token",),
            (
                "https://login.example.com/token/",
                "https://login.example.com/Token",
                "https://login.example.com:8443/token",
            ),
        ),
        (
            "token_endpoint",
            "http://a.example:80/",
            ("http://A.example/",),
            ("http://a.example:443/", "https://a.example/"),
        ),
        ("scopes", ["a", "b"], (("b", "a"), ("a", "b", "a")), (("a",), (), ("a", "B"))),
        ("require_pkce", True, (None, ""), (False,)),
        ("token_endpoint_auth_method", "client_secret_post", (None,), ("client_secret_basic",)),
        ("user_login.request_refresh_token", False, (None,), (True,)),
        ("user_login.prompt", None, ("",), ("none", "login")),
        ("client_id", "App", ("App",), ("app", "App ", None)),
        ("client_id", "https://a.example/c", (), ("https://A.example/c", "https://a.example:443/c")),
    ],
)
def test_values_are_equal_in_meaning(name: str, one: Any, same: tuple[Any, ...], others: tuple[Any, ...]) -> None:
    assert {is_equal(name, one, each) for each in same} <= {True}
    assert {is_equal(name, one, each) for each in others} == {False}


def of(*layers: str, **cells: Any) -> Grid:
    """Return the rows of some layers, with cells replaced."""
    chosen = [each for each in sample() if each.target in layers]
    return [row | cells for row in grid_of(chosen)]


def test_redirect_uri_is_compared_byte_for_byte() -> None:
    uri = next(each.data["redirect_uri"] for each in sample() if each.target == PROD)
    found = compared(read(of(PROD, redirect_uri=uri.replace("https", "HTTPS")), "csv"), partial=True)
    assert names(found) == [(PROD, "redirect_uri", DriftState.DIFFERS)], "once, though every row repeats it"


def test_blank_override_is_inherited_and_not_compared() -> None:
    blank = of(PROD, client_id=None, scopes=None)
    found = compared(read(blank, "csv", rows="layer"), partial=True)
    assert found.items == ()
    reasons = {each.reason: set(each.settings) for each in found.not_compared if "blank" in each.reason}
    assert "client_id" in reasons["a blank cell of an override is inherited, although git overrides the value"]
    assert "scopes" in reasons["a blank cell of an override is inherited"]
    effective = compared(read(blank, "csv"), partial=True)
    assert {item.setting for item in effective.items} == {"client_id", "scopes"}


def test_blank_cell_of_a_branch_is_the_default() -> None:
    found = compared(read(of(MAIN, require_pkce=None, client_id=None), "csv", rows="layer"), partial=True)
    assert {item.setting for item in found.items} == {"client_id"}


def test_missing_and_unmanaged_are_named() -> None:
    rows = of(PROD)
    gone, rest = rows[0], rows[1:]
    more = [{**gone, "oauth_server_id": "new"}, {**gone, "application": "unknown"}]
    found = compared(read([*rest, *more], "csv"))
    server = gone["oauth_server_id"]
    others = {each.target for each in sample() if each.kind is Kind.IAM_APPLICATION and each.model == "INSIGHTS"} - {
        PROD
    }
    assert set(names(found)) == {
        (PROD, server, DriftState.ONLY_IN_GIT),
        (PROD, "new", DriftState.ONLY_ON_PLATFORM),
        ("iam_application/unknown", "", DriftState.ONLY_ON_PLATFORM),
        *((target, "", DriftState.ONLY_IN_GIT) for target in others),
    }
    assert {name for name, *_ in names(compared(read([*rest, *more], "csv"), partial=True))} == {
        PROD,
        "iam_application/unknown",
    }
    quiet = compared(read([*rest, *more], "csv"), partial=True, unmanaged=False)
    assert names(quiet) == [(PROD, server, DriftState.ONLY_IN_GIT)]


def test_kinds_and_models_that_the_table_lacks_are_counted() -> None:
    found = compared(read(of(MAIN, "branch/INSIGHTS/FEATURE_TAX"), "csv"))
    assert found.items == ()
    reasons = {each.reason for each in found.not_compared}
    assert "the tables have no IAM application of the model INSIGHTS" in reasons
    assert "the tables have no branch of the model WAREHOUSE" in reasons


def test_override_without_own_settings_needs_no_row() -> None:
    every = [each for each in sample() if each.kind is not Kind.BRANCH]
    found = compared(read(of(*(each.target for each in sample() if each.kind is Kind.BRANCH)), "csv", rows="layer"))
    assert found.items == (), "there are no rows of overrides"
    one = every[0].target
    row = of(one)[:1]
    layer, effective = (compared(read(row, "csv", rows=rows)) for rows in ("layer", "effective"))
    missing = [{item.name for item in each.items if item.target == one} for each in (layer, effective)]
    assert missing[0] <= missing[1]


def test_row_with_an_error_leaves_no_target_missing() -> None:
    found = compared(read(of(PROD)[1:], "csv"), is_broken=True)
    assert found.items == ()
    assert any("rows with errors" in each.reason for each in found.not_compared)


def test_column_that_is_absent_is_not_compared() -> None:
    columns = [name for name in grid_of(sample())[0] if name != "client_id"]
    found = compared(read(of(PROD, client_id="x"), "csv", columns), partial=True)
    assert found.items == ()
    (absent,) = [each for each in found.not_compared if "no column" in each.reason]
    assert absent.settings == ("client_id",)


def test_branch_of_an_application_is_compared() -> None:
    rows = of(PROD, branch_id="OTHER")
    (item,) = compared(read(rows, "csv"), partial=True).items
    assert (item.setting, item.git, item.platform) == ("branch", rows and sample_of(PROD).branch, "OTHER")


def sample_of(target: str) -> Settings:
    return next(each for each in sample() if each.target == target)


def test_drift_of_a_branch_explains_that_of_its_targets() -> None:
    grid = [row | ({"scopes": ["x"]} if row["oauth_server_id"] == "graph" else {}) for row in grid_of(sample())]
    found = compared(read(grid, "csv"))
    typed = {item.target for item in found.items if not item.follows}
    assert all(target.startswith("branch/") for target in typed), "the others inherit the value"
    assert {item.follows for item in found.items if item.target == PROD} == {MAIN}


def test_locations_are_lines_of_the_deciding_layer() -> None:
    found = compared(read(of(PROD, client_id="x", scopes=["x"]), "csv"), partial=True)
    places: dict[str, DriftItem] = {item.name: item for item in found.items}
    own, inherited = places["graph.client_id"], places["graph.scopes"]
    assert own.location
    assert own.location.file == "configs/iam_applications/insights-prod.yaml"
    assert inherited.location
    assert (inherited.location.file, inherited.layer) == ("configs/branches/INSIGHTS/MAIN.yaml", MAIN)


def test_missing_server_needs_only_its_own_settings() -> None:
    rows = [row for row in of(PROD) if row["oauth_server_id"] != "graph"]
    (item,) = compared(read(rows, "csv"), partial=True).items
    assert (item.follows, item.own) == (MAIN, frozenset(("client_id", "client_secret")))
    (item,) = compared(read(rows, "csv", rows="layer"), partial=True).items
    assert (item.follows, item.git.keys()) == ("", {"client_id", "client_secret"})
