"""Expiry that wakes somebody: what ``secrets expiry`` lists, and end dates that ``secrets set`` writes."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from oauthgit.model.schema import schema
from support.cli import Program, Result
from support.git import start
from support.render_markdown import render_all
from support.secrets_command import opened
from support.sops import KEY

CANARY = "c4n4ry-7b9f-3e21-aa50"
PROD = "configs/iam_applications/insights-prod"
NAME = "iam_application/insights-prod"
ORDER = ("production", "acceptance", "test", "development")
DATE = "2999-01-31"
Put = Callable[..., Result]


@pytest.fixture
def put(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Return ``secrets set`` of hub in insights-prod with a value on standard input."""
    start(sample)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))

    def run(*options: str, target: str = "insights-prod", server: str = "hub") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{CANARY}\n".encode())))
        result = program("secrets", "set", target, server, *options)
        assert CANARY not in result.out + result.err
        return result

    return run


def rows(result: Result) -> list[dict[str, Any]]:
    document = json.loads(result.out)
    Draft202012Validator(schema("report")).validate(document)
    found: list[dict[str, Any]] = document["secrets"]
    return found


def replaced(path: str, old: str, new: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("days", "options", "code"),
    [
        (10, (), 1),
        (46, (), 0),
        (46, ("--within", "46d"), 1),
        (10, ("--within", "9"), 0),
        (0, ("--within", "0d"), 1),
        (-2, ("--within", "0d"), 1),
    ],
)
@pytest.mark.usefixtures("sample")
def test_secret_expiring_within_the_window_is_exit_1(
    program: Program, days: int, options: tuple[str, ...], code: int
) -> None:
    day = datetime.now(UTC).date() + timedelta(days=days)
    replaced(f"{PROD}.yaml", "2037-06-30", str(day))
    replaced(f"{PROD}.yaml", "client_secret_expires_on: 2037-08-31", "client_secret_expires_on: 2999-01-01")
    result = program("secrets", "expiry", "insights-prod", *options, "--format", "json")
    assert result.code == code
    expected = [("exact_online", str(day), days)] if code else []
    assert [
        (row["server"], row["expires_on"], row["days_left"]) for row in rows(result) if row["expires_on"]
    ] == expected
    text = program("secrets", "expiry", "insights-prod", *options)
    assert ("expired" if days < 0 else f"{day} (in" if code else "no date") in text.out


@pytest.mark.parametrize("within", ["soon", "-1", "30h", ""])
@pytest.mark.usefixtures("sample")
def test_expiry_window_is_a_number_of_days(program: Program, within: str) -> None:
    assert program("secrets", "expiry", f"--within={within}").code == 2


@pytest.mark.usefixtures("sample")
def test_secret_without_an_end_date_is_listed(program: Program) -> None:
    result = program("secrets", "expiry", "--format", "json")
    status = rows(program("secrets", "status", "--format", "json"))
    undated = {(row["target"], row["server"]) for row in status if row["expires_on"] is None}
    assert undated
    assert {(row["target"], row["server"]) for row in rows(result)} == undated
    assert result.code == 0, "only a known end date can be inside the window"
    assert f"{len(undated)} secrets without an end date: state client_secret_expires_on" in result.err
    assert program("secrets", "expiry").out.count(" no date\n") == len(undated)


@pytest.mark.usefixtures("sample")
def test_missing_secret_has_no_end_date_to_state(program: Program) -> None:
    Path(f"{PROD}.secrets.yaml").unlink()
    Path("configs/branches/INSIGHTS/MAIN.secrets.yaml").unlink()
    assert rows(program("secrets", "expiry", "insights-prod", "--format", "json")) == []
    assert "no secrets to show" in program("secrets", "expiry", "insights-prod").out


@pytest.mark.parametrize("action", ["status", "expiry"])
@pytest.mark.usefixtures("sample")
def test_secrets_are_sorted_by_environment(program: Program, action: str) -> None:
    found = rows(program("secrets", action, "--format", "json"))
    ranks = [ORDER.index(row["environment"]) for row in found]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ORDER)
    for seen in render_all(program("secrets", action, "--format", "markdown").out):
        head, *lines = seen.rows
        assert head[:3] == ["environment", "target", "server"]
        assert [line[:3] for line in lines] == [[row["environment"], row["target"], row["server"]] for row in found]


@pytest.mark.usefixtures("sample")
def test_soonest_end_comes_first_within_an_environment(program: Program) -> None:
    day = datetime.now(UTC).date()
    replaced(f"{PROD}.yaml", "2037-06-30", str(day + timedelta(days=9)))
    replaced(f"{PROD}.yaml", "2037-08-31", str(day + timedelta(days=2)))
    found = rows(program("secrets", "expiry", "insights-prod", "--format", "json"))
    left = [row["days_left"] for row in found]
    assert left == [2, 9, *([None] * (len(left) - 2))]
    markdown = program("secrets", "expiry", "insights-prod", "--format", "markdown")
    assert markdown.code == 1
    assert markdown.out.startswith(f"### OAuth secrets: {len(found)} secrets, {len(found) - 2} without an end date\n")


@pytest.mark.usefixtures("sample")
def test_expiry_is_in_the_job_summary(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    replaced(f"{PROD}.yaml", "2037-06-30", "2020-06-30")
    assert program("secrets", "expiry").code == 1
    assert "(**expired**)" in (tmp_path / "summary.md").read_text()


# End dates that set writes.


def test_set_writes_the_end_date_into_the_layer(put: Put, program: Program) -> None:
    before = Path(f"{PROD}.yaml").read_text().splitlines()
    result = put("--expires-on", DATE, "--format", "json")
    assert result.code == 0, result.err
    assert [row["expires_on"] for row in rows(result)] == [DATE]
    after = Path(f"{PROD}.yaml").read_text().splitlines()
    (new,) = [line for line in after if line not in before]
    assert new == f"    client_secret_expires_on: {DATE}"
    assert [line for line in after if line != new] == before
    assert f"wrote client_secret_expires_on: {DATE} below hub in {PROD}.yaml" in result.err
    assert opened(Path(f"{PROD}.secrets.yaml").read_bytes())["oauth_servers"]["hub"]["client_secret"] == CANARY
    assert program("validate").code == 0


def test_set_replaces_the_end_date_of_the_layer(put: Put) -> None:
    before = Path(f"{PROD}.yaml").read_text()
    assert put("--expires-on", DATE, server="exact_online").code == 0
    assert Path(f"{PROD}.yaml").read_text() == before.replace("2037-06-30", DATE)


def test_set_adds_a_server_to_the_layer_for_its_date(put: Put, program: Program) -> None:
    path = "configs/runtime_configurations/INSIGHTS/MAIN/dev"
    before = Path(f"{path}.yaml").read_text()
    assert put("--expires-on", DATE, target="runtime_configuration/INSIGHTS/MAIN/dev", server="graph").code == 0
    after = Path(f"{path}.yaml").read_text()
    assert after.replace(f"  graph:\n    client_secret_expires_on: {DATE}\n", "") == before
    found = rows(program("secrets", "status", "INSIGHTS/MAIN/dev", "--format", "json"))
    assert {row["server"]: row["expires_on"] for row in found}["graph"] == DATE


@pytest.mark.parametrize(
    "day", ["2020-01-31", "31-01-2999", "2999-02-30", "soon", "29990131", "", "2999-01-31T00:00:00"]
)
def test_invalid_end_date_writes_nothing(put: Put, day: str) -> None:
    before = [Path(f"{PROD}{end}").read_bytes() for end in (".yaml", ".secrets.yaml")]
    result = put("--expires-on", day)
    assert (result.code, "nothing was written" in result.err) == (2, True), result.err
    assert [Path(f"{PROD}{end}").read_bytes() for end in (".yaml", ".secrets.yaml")] == before


def test_set_without_a_date_names_the_old_one(put: Put) -> None:
    result = put(server="exact_online")
    assert "client_secret_expires_on of exact_online is still 2037-06-30" in result.err
    assert "hub has no client_secret_expires_on" in put().err


def test_date_that_must_be_written_by_hand_writes_nothing(put: Put) -> None:
    replaced(f"{PROD}.yaml", "client_id: insights-production", "client_id: >-\n      insights-production")
    before = Path(f"{PROD}.secrets.yaml").read_bytes()
    result = put("--expires-on", DATE)
    assert (result.code, f"client_secret_expires_on: {DATE} below hub in {PROD}.yaml" in result.err) == (2, True), (
        result.err
    )
    assert Path(f"{PROD}.secrets.yaml").read_bytes() == before


@pytest.mark.posix  # pty.spawn
@pytest.mark.parametrize(("typed", "expected"), [(DATE, DATE), ("", None)])
def test_prompt_asks_for_the_end_date(put: Put, typed: str, expected: str | None) -> None:
    assert callable(put)
    command = [sys.executable, "-m", "oauthgit", "secrets", "set", "insights-prod", "hub"]
    spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    with subprocess.Popen(
        [sys.executable, "-c", spawn, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        shown = b""
        for question, answer in ((b"not shown", CANARY), (b"Day on which it expires", typed)):
            while question not in shown:
                chunk = os.read(process.stdout.fileno(), 1024)
                assert chunk, shown
                shown += chunk
            time.sleep(0.2)
            process.stdin.write(f"{answer}\n".encode())
            process.stdin.flush()
        shown += process.stdout.read()
        assert process.wait(60) == 0, shown
    assert CANARY.encode() not in shown
    assert b"(such as 2027-06-30; empty: no date)" in shown
    assert (f"client_secret_expires_on: {expected}" in Path(f"{PROD}.yaml").read_text()) is (expected is not None)
