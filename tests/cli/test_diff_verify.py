"""``oauthgit diff --format checklist --verify``: what a table shows as done is ticked off."""

from pathlib import Path

import pytest

from oauthgit.discover import discover
from oauthgit.pipeline.resolve import resolve_workspace
from support.cli import Program, Result
from support.effective_table import Grid, grid_of, to_csv
from support.git import committed, edit

MAIN = "configs/branches/INSIGHTS/MAIN.yaml"
PROD = "configs/iam_applications/insights-prod.yaml"
REDIRECT = "redirect_uri: https://insights.example.com/indicium/oauth-callback"


@pytest.fixture
def root(sample: Path) -> Path:
    """Return a repository with an uncommitted change of a branch and of an application."""
    committed(sample)
    edit(sample, MAIN, "client_id: insights-development", "client_id: insights-dev2")
    edit(sample, PROD, "client_id: 71f8c3e6-a05d-4b92-9d14-c86e2b7f50a3", "client_id: new-graph")
    edit(sample, PROD, REDIRECT, f"{REDIRECT}2")
    return sample


def verified(root: Path, program: Program, grid: Grid, *arguments: str) -> list[tuple[bool, str]]:
    (root / "export.csv").write_text(to_csv(grid, list(grid[0])))
    arguments = arguments or ("--rows", "effective")
    result = program("diff", "--format", "checklist", "--verify", "export.csv", *arguments)
    assert (result.code, result.err) == (0, "")
    titles = [each.split("\n")[0] for each in result.out.split("\n\n")[1:]]
    return [(title.startswith("- [x] "), title[6:]) for title in titles]


def grid_at(root: Path) -> Grid:
    return grid_of(resolve_workspace(discover(root)[0]).targets)


def test_table_of_the_new_state_ticks_everything(root: Path, program: Program) -> None:
    ticks = verified(root, program, grid_at(root))
    assert len(ticks) > 4
    assert all(done for done, _ in ticks), ticks


def test_table_of_the_old_state_ticks_nothing(root: Path, program: Program) -> None:
    new = {path: (root / path).read_text() for path in (MAIN, PROD)}
    edit(root, MAIN, "insights-dev2", "insights-development")
    edit(root, PROD, "new-graph", "71f8c3e6-a05d-4b92-9d14-c86e2b7f50a3")
    edit(root, PROD, f"{REDIRECT}2", REDIRECT)
    old = grid_at(root)
    for path, text in new.items():
        (root / path).write_text(text)
    assert not any(done for done, _ in verified(root, program, old))


def test_each_entry_is_ticked_by_its_own_rows(root: Path, program: Program) -> None:
    grid = [row for row in grid_at(root) if row["oauth_server_id"] == "graph" and row["application"] == "insights-prod"]
    ticks = verified(root, program, grid)
    assert {title.partition("insights-prod > ")[2] for done, title in ticks if done} == {
        "tab OAuth servers > graph",
        "extended properties",
    }


def test_inherited_value_is_ticked_by_the_row_of_the_branch(root: Path, program: Program) -> None:
    grid = [row for row in grid_at(root) if not row["application"] and not row["runtime_configuration"]]
    followed = [title for done, title in verified(root, program, grid, "--rows", "layer") if done]
    assert any("insights-test" in title or "INSIGHTS/MAIN/dev" in title for title in followed)
    assert all("follows from branch" in title or "Software Factory: Integration" in title for title in followed)


def test_removed_and_new_servers_are_verified(root: Path, program: Program) -> None:
    committed(root)
    before = grid_at(root)
    text = (root / MAIN).read_text()
    (root / MAIN).write_text(
        f"{text.rstrip()}\n  crm:\n    token_endpoint: https://c.example.com/token\n    client_id: c\n"
        "    grant_types: [client_credentials]\n    scopes: [a]\n"
    )
    after = grid_at(root)
    for grid, done in ((before, False), (after, True)):
        assert {tick for tick, title in verified(root, program, grid) if "crm" in title} == {done}
    committed(root)
    (root / MAIN).write_text(text)
    for grid, done in ((before, True), (after, False)):
        assert {tick for tick, title in verified(root, program, grid) if "crm" in title} == {done}


def export(root: Path, program: Program, grid: Grid) -> Result:
    (root / "export.csv").write_text(to_csv(grid, list(grid[0])))
    return program("diff", "--format", "checklist", "--verify", "export.csv", "--rows", "effective")


def test_removed_target_of_a_model_without_rows_stays_open(root: Path, program: Program) -> None:
    committed(root)
    before = grid_at(root)
    (root / PROD).unlink()
    (root / PROD.replace(".yaml", ".secrets.yaml")).unlink()
    without = [row for row in before if row["application"] != "insights-prod"]
    other = [{**row, "model_id": "OTHER", "application": row["application"] and "o-prod"} for row in without]
    for grid, done in ((without, True), (other, False)):
        titles = [line for line in export(root, program, grid).out.splitlines() if "- [" in line and "-prod" in line]
        assert [title.startswith("- [x]") for title in titles] == [done], titles


def test_unreadable_row_is_not_taken_for_a_missing_one(root: Path, program: Program) -> None:
    (root / MAIN).write_text(
        f"{(root / MAIN).read_text().rstrip()}\n  crm:\n    token_endpoint: https://c.example.com/token\n"
        "    client_id: c\n    grant_types: [client_credentials]\n    scopes: [a]\n"
    )
    committed(root)
    grid = grid_at(root)
    text = (root / MAIN).read_text()
    (root / MAIN).write_text(text[: text.index("  crm:")])
    (root / PROD).unlink()
    (root / PROD.replace(".yaml", ".secrets.yaml")).unlink()
    for row in grid:
        if row["oauth_server_id"] == "crm" or row["application"] == "insights-prod":
            row["token_endpoint"] = "ftp:x"
    result = export(root, program, grid)
    assert (result.code, "OG806" in result.out) == (1, False)
    assert "rows with errors were left out" in result.err
    assert "- [ ] " in result.out
    assert "- [x] " not in result.out


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("option", [("--sheet", "a"), ("--rows", "effective"), ("--column", "client_id=App")])
def test_options_of_tables_need_a_table(program: Program, option: tuple[str, str]) -> None:
    result = program("diff", "--format", "checklist", *option)
    assert result.code == 2
    assert "add --verify FILE" in result.err


@pytest.mark.usefixtures("root")
def test_verify_needs_a_checklist(program: Program) -> None:
    result = program("diff", "--verify", "export.csv")
    assert result.code == 2
    assert "--format checklist" in result.err
