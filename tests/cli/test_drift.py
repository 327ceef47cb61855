"""``oauthgit drift``: exit codes, selections, formats, the age of files, and secrets under the rules of smoke tests."""

import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from oauthgit.discover import discover
from oauthgit.pipeline.resolve import resolve_workspace
from support.cli import Program
from support.effective_table import Grid, grid_of, to_csv
from support.git import edit
from support.service_project import SECRET, lay_out
from support.sops import FOLDERS, KEY

PROD = "iam_application/insights-prod"
PROD_FILE = "configs/iam_applications/insights-prod.yaml"
URL = "https://login.example.com/token"
CANARY = f"{SECRET}crm"


def grid_at(root: Path) -> Grid:
    return grid_of(resolve_workspace(discover(root)[0]).targets)


def write_table(root: Path, grid: Grid, name: str = "export.csv") -> str:
    (root / name).write_text(to_csv(grid, list(grid[0])))
    return name


@pytest.fixture
def grid(sample: Path) -> Grid:
    """Return the effective settings of the sample, whose folder is the working directory."""
    return grid_at(sample)


def drift_of(program: Program, *arguments: str, code: int) -> dict[str, Any]:
    result = program("drift", "export.csv", "--rows", "effective", "--format", "json", *arguments)
    assert (result.code, result.err if code != 3 else "") == (code, ""), result
    found: dict[str, Any] = json.loads(result.out)["drift"]
    return found


def test_platform_that_follows_git_is_no_drift(sample: Path, grid: Grid, program: Program) -> None:
    write_table(sample, grid)
    result = program("drift", "export.csv", "--rows", "effective")
    assert (result.code, result.err) == (0, "")
    assert ": no drift, " in result.out
    assert f"export.csv ({time.strftime('%Y-%m-%d', time.gmtime())}" in result.out


def test_drift_names_both_values_and_the_line(sample: Path, grid: Grid, program: Program) -> None:
    row = next(row for row in grid if row["application"] == "insights-prod" and row["oauth_server_id"] == "graph")
    row["client_id"] = "typed-by-hand"
    write_table(sample, grid)
    (item,) = drift_of(program, code=4)["items"]
    line = next(n for n, text in enumerate((sample / PROD_FILE).read_text().splitlines(), 1) if "71f8c3e6" in text)
    assert (item["location"]["file"], item["location"]["line"]) == (PROD_FILE, line)
    assert (item["git"][:8], item["platform"], item["state"]) == ("71f8c3e6", "typed-by-hand", "differs")
    assert (item["cell"]["file"], item["cell"]["line"]) == ("export.csv", grid.index(row) + 2)
    text = program("drift", "export.csv", "--rows", "effective").out
    assert "platform   typed-by-hand" in text
    assert f"{PROD_FILE}:{line}:" in text


@pytest.mark.parametrize("form", ["text", "json", "markdown", "checklist", "github", "gitlab", "azure", "sarif"])
def test_every_format_shows_the_drift(sample: Path, grid: Grid, program: Program, form: str) -> None:
    grid[-1]["client_id"] = "typed-by-hand"
    write_table(sample, grid)
    result = program("drift", "export.csv", "--rows", "effective", "--format", form)
    assert (result.code, result.err) == (4, "")
    assert "typed-by-hand" in result.out
    assert ("OG851" in result.out) is (form in {"github", "gitlab", "azure", "sarif"})
    assert program("drift", "export.csv", "--format", "junit").code == 2


def test_findings_about_the_file_win_over_drift(sample: Path, grid: Grid, program: Program) -> None:
    grid[-1]["client_id"] = "typed-by-hand"
    grid[-2]["require_pkce"] = "perhaps"
    write_table(sample, grid)
    result = program("drift", "export.csv", "--rows", "effective")
    assert result.code == 1
    assert "OG806" in result.out
    assert "typed-by-hand" in result.out
    assert "only in git" not in result.out, "the row is there, but was not understood"


def test_nothing_comparable_is_exit_3(sample: Path, grid: Grid, program: Program) -> None:
    write_table(sample, [{**grid[0], "model_id": "OTHER", "branch_id": "X"}])
    result = program("drift", "export.csv", "--ignore-unmanaged")
    assert result.code == 3
    assert "nothing could be compared" in result.out + result.err
    assert drift_of(program, code=4)["items"][0]["state"] == "only on the platform"


def test_errors_in_git_are_findings_and_not_drift(sample: Path, grid: Grid, program: Program) -> None:
    write_table(sample, grid)
    edit(sample, PROD_FILE, "kind: iam_application", "kind: iam_application\nnonsense: 1")
    result = program("drift", "export.csv", "--rows", "effective")
    assert result.code == 1
    assert "OG201" in result.out
    assert "only in git" not in result.out
    (reason,) = [each["reason"] for each in drift_of(program, code=1)["not_compared"] if each["targets"] == [PROD]]
    assert "OG201" in reason


def test_missing_configs_or_file_is_exit_2(sample: Path, grid: Grid, program: Program) -> None:
    assert program("drift", "no-such.csv").code == 2
    write_table(sample, grid)
    for arguments in (["--server", "hubb"], ["--environment", "prod"], ["--column", "x"], ["--max-age", "1w"]):
        assert program("drift", "export.csv", *arguments).code == 2


def test_selected_environments_and_servers_are_compared(sample: Path, grid: Grid, program: Program) -> None:
    changed = [{**row, "client_id": "x"} for row in grid]
    write_table(sample, [*changed, {**grid[0], "branch_id": "UNKNOWN"}])
    production = drift_of(program, "--environment", "production", code=4)["items"]
    assert {item["environment"] for item in production} == {"production"}
    hubs = drift_of(program, "--environment", "production", "--server", "hub", code=4)["items"]
    assert {(item["target"], item["server"]) for item in hubs} == {(PROD, "hub")}


def test_old_file_is_a_finding(sample: Path, grid: Grid, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    name = write_table(sample, grid)
    effective = ("drift", name, "--rows", "effective", "--max-age")
    assert program(*effective, "24h").code == 0
    os.utime(name, (time.time() - 25 * 3600,) * 2)
    assert program(*effective, "2d").code == 0
    result = program(*effective, "24h")
    assert result.code == 1
    assert "error[OG854] table-too-old: the table is 25 hours old" in result.out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((sample / name).read_bytes())))
    result = program("drift", "-", "--rows", "effective", "--max-age", "24h")
    assert (result.code, "the table has no time" in result.out) == (1, True)


def test_partial_table_reports_no_missing_target(sample: Path, grid: Grid, program: Program) -> None:
    write_table(sample, [row for row in grid if row["application"] == "insights-prod"])
    assert {item["state"] for item in drift_of(program, code=4)["items"]} == {"only in git"}
    assert drift_of(program, "--partial", code=0)["items"] == []


def test_policy_grades_the_findings_of_drift(sample: Path, grid: Grid, program: Program) -> None:
    grid[-1]["client_id"] = "typed-by-hand"
    write_table(sample, grid)
    edit(sample, "configs/oauthgit.yaml", "rules:\n", "rules:\n  OG851: note\n")
    result = program("drift", "export.csv", "--rows", "effective", "--format", "github")
    assert (result.code, result.out[:9]) == (4, "::notice ")


@pytest.fixture
def service(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return the program in a project with one secret, and its key."""
    lay_out(tmp_path, [URL])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setenv("PATH", FOLDERS)
    return program


def with_secret(secret: str) -> None:
    rows = [row for row in grid_at(Path.cwd()) if row["runtime_configuration"]]
    write_table(Path.cwd(), [{**row, "client_secret": secret} for row in rows])


@pytest.mark.parametrize(("secret", "code"), [(CANARY, 0), (f"{CANARY}x", 4)])
def test_plain_secret_is_compared_and_never_shown(service: Program, secret: str, code: int) -> None:
    with_secret(secret)
    for form in ("text", "json", "markdown", "checklist", "github", "gitlab", "azure", "sarif"):
        result = service("drift", "export.csv", "--rows", "effective", "--format", form)
        assert result.code == code, result
        assert SECRET not in result.out + result.err
        assert SECRET[:12] not in result.out + result.err
    found = drift_of(service, code=code)
    assert [item["setting"] for item in found["items"]] == (["client_secret"] if code else [])
    assert not [each for each in found["not_compared"] if "client_secret" in each["settings"]]


def reasons(program: Program) -> list[str]:
    found = drift_of(program, code=0)
    return [each["reason"] for each in found["not_compared"] if "client_secret" in each["settings"]]


def test_secret_without_a_key_is_not_compared(service: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOPS_AGE_KEY_FILE")
    monkeypatch.setenv("HOME", str(Path.cwd()))
    with_secret(f"{CANARY}x")
    (reason,) = reasons(service)
    assert "key" in reason


@pytest.mark.parametrize("situation", ["change", "fork", "host", "pin", "masked", "no authority"])
def test_secret_that_smoke_refuses_is_not_compared(
    service: Program, monkeypatch: pytest.MonkeyPatch, situation: str
) -> None:
    """A result would be a hint at the secret, so what is not trusted gets none."""
    with_secret("****" if situation == "masked" else f"{CANARY}x")
    words = {
        "change": "in a pull request",
        "fork": "no secret is decrypted for a fork",
        "host": "is not in trusted_hosts",
        "pin": "is pinned to a token endpoint other than",
        "masked": "the tables do not show the secret",
        "no authority": "it is not known which policy counts",
    }
    if situation in {"change", "fork"}:
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
        if situation == "change":
            monkeypatch.setenv("GITHUB_BASE_REF", "main")
    elif situation == "no authority":
        monkeypatch.setenv("CI", "true")
    elif situation == "host":
        edit(Path.cwd(), "configs/oauthgit.yaml", "login.example.com", "other.example.com")
    elif situation == "pin":
        edit(Path.cwd(), "configs/branches/CRM/MAIN.yaml", f'"{URL}"', f'"{URL}2"')
        with_secret(f"{CANARY}x")
    if situation not in {"host", "pin"}:
        monkeypatch.setattr("oauthgit.decrypt.run", refuse)
    (reason,) = reasons(service)
    assert words[situation] in reason


def refuse(*_: object) -> bytes:
    raise AssertionError("sops was started")


def test_secret_that_git_lacks_is_drift_without_a_key(service: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.decrypt.run", refuse)
    Path("configs/runtime_configurations/CRM/MAIN/dev.secrets.yaml").unlink()
    with_secret(CANARY)
    result = service("drift", "export.csv", "--rows", "effective")
    assert result.code == 4
    assert "platform   another secret" in result.out
    assert CANARY not in result.out
