"""Workflows of GitHub Actions that run oauthgit: findings, their locations, and workflows without findings."""

import json
import os
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from oauthgit.discover import discover
from oauthgit.model.workspace import Kind
from support.cli import Program

FILE = ".github/workflows/settings.yml"
RUNS = """\
jobs:
  settings:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: oauthgit validate
"""
CANARY = "Qz7canary41x9Lr8Tn5Wb7Yc4"
SECRET = "${{ secrets.SOPS_AGE_KEY }}"


def findings_of(program: Program, text: str, path: str = FILE, *arguments: str) -> list[dict[str, Any]]:
    Path(path).write_text(text)
    result = program("validate", "--format", "json", *arguments)
    assert result.code != 70, result.err
    findings: list[dict[str, Any]] = json.loads(result.out)["findings"]
    return findings


def places(findings: list[dict[str, Any]]) -> list[tuple[str, str, int, int, str]]:
    return [
        (
            each["code"],
            each["severity"],
            each["location"]["line"],
            each["location"]["column"],
            each["location"]["pointer"],
        )
        for each in findings
    ]


@pytest.mark.parametrize(
    ("on", "place"),
    [
        ("on: pull_request_target\n", (1, 5, "/on")),
        ("on: [push, pull_request_target]\n", (1, 12, "/on/1")),
        ("on:\n  - pull_request_target\n", (2, 5, "/on/0")),
        ("on:\n  push:\n  pull_request_target:\n    types: [opened]\n", (3, 3, "/on/pull_request_target")),
        ('"on": {pull_request_target: {}}\n', (1, 8, "/on/pull_request_target")),
        ("'on':\n  pull_request_target: &a\n    branches: [main]\n  push: *a\n", (2, 3, "/on/pull_request_target")),
    ],
)
def test_trigger_is_located_in_each_of_its_forms(
    on: str, place: tuple[int, int, str], with_policy: Path, program: Program
) -> None:
    (found,) = findings_of(program, on + RUNS)
    assert places([found]) == [("OG710", "error", *place)]
    assert [each["location"]["pointer"] for each in found["related"]] == ["/jobs/settings/steps/1/run"]
    assert found["targets"] == []
    assert program("validate").code == 1
    assert with_policy.is_dir()


@pytest.mark.parametrize(
    "step",
    [
        "run: pipx run oauthgit smoke insights-prod",
        "run: uvx oauthgit@1.2 -C settings validate",
        "run: python -m oauthgit secrets expiry",
        "run: |\n          pip install oauthgit\n          oauthgit \\\n            validate --base origin/main",
        "run: >-\n          oauthgit\n          validate",
        "run: pip install oauthgit && oauthgit validate",
        "uses: acme/oauthgit-action@v1",
        "uses: oauthgit/oauthgit@v1",
        "uses: ./.github/actions/oauthgit",
    ],
)
def test_call_of_oauthgit_is_found_in_every_form(step: str, with_policy: Path, program: Program) -> None:
    text = "on: pull_request_target\n" + RUNS.replace("run: oauthgit validate", step)
    assert [each["code"] for each in findings_of(program, text)] == ["OG710"]
    assert with_policy.is_dir()


def test_called_workflow_is_checked_by_its_name(with_policy: Path, program: Program) -> None:
    call = "on: pull_request_target\njobs:\n  a:\n    uses: ./.github/workflows/oauthgit.yml\n    secrets: inherit\n"
    (found,) = findings_of(program, call)
    assert found["related"][0]["location"]["pointer"] == "/jobs/a/uses"
    assert with_policy.is_dir()


@pytest.mark.parametrize(
    "text",
    [
        "on: pull_request\n" + RUNS,
        "on: [push, pull_request]\n" + RUNS,
        "on: {pull_request_targets: {}}\n" + RUNS,
        "on: pull_request_target\n" + RUNS.replace("oauthgit validate", "pip install oauthgit"),
        "on: pull_request_target\n" + RUNS.replace("oauthgit validate", "cat configs/oauthgit.yaml report"),
        "on: pull_request_target\n" + RUNS.replace("run: oauthgit validate", "run: |\n          # oauthgit validate"),
        "on: pull_request_target\n" + RUNS.replace("run: oauthgit validate", "name: oauthgit validate"),
        "on: pull_request_target\n"
        + RUNS.replace("    steps:", "    if: github.event_name == 'pull_request'\n    steps:"),
        "on: pull_request_target\n" + RUNS + "        if: ${{ github.event_name == 'push' }}\n",
        "jobs: {a: {steps: [{run: oauthgit validate}]}}\n",
    ],
)
def test_safe_workflow_has_no_finding(text: str, with_policy: Path, program: Program) -> None:
    assert findings_of(program, text) == []
    assert with_policy.is_dir()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "oauthgit: [",
        "oauthgit: {a: 1, a: 2}\n",
        "--- oauthgit\n---\n2\n",
        "\toauthgit: 1\n",
        "- oauthgit\n",
        "oauthgit validate\n",
        "on: [[pull_request_target], {}, 1, null]\njobs: [oauthgit validate]\n",
        "on: pull_request_target\njobs: {a: null, b: [], c: {steps: {run: oauthgit validate}}, d: {steps: [null, 1, []]}}\n",
        "on: pull_request_target\njobs: {a: {steps: [{run: [oauthgit validate]}, {uses: {a: oauthgit}}]}}\n",
        "oauthgit: &a [&b [*a, *b]]\n",
        "oauthgit: \u202e\n",
        "oauthgit: !!python/object/apply:os.system [touch x]\n",
        "? [oauthgit]\n: 1\n",
        "<<: {oauthgit: 1}\n",
        "a: " + "[" * 500 + "oauthgit" + "]" * 500,
        "a0: &a0 [x, x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(60)) + "oauthgit: *a60\n",
    ],
)
def test_broken_or_unusual_workflow_is_at_most_unchecked(text: str, with_policy: Path, program: Program) -> None:
    began = perf_counter()
    findings = findings_of(program, text)
    assert [(each["code"], each["severity"]) for each in findings] in ([], [("OG715", "warning")])
    assert program("validate", FILE).code in {0, 3}
    assert perf_counter() - began < 5
    assert with_policy.is_dir()


def test_irregular_workflow_file_is_not_read(with_policy: Path, tmp_path: Path, program: Program) -> None:
    bad = f"on: pull_request_target\n{RUNS}"
    folder = (with_policy / FILE).parent
    (tmp_path / "outside.yml").write_text(bad)
    (folder / "link.yml").symlink_to(tmp_path / "outside.yml")
    os.mkfifo(folder / "pipe.yml")
    (folder / "folder.yml").mkdir()
    (folder / "large.yml").write_text(bad + "#" * (1 << 20))
    (folder / "bytes.yml").write_bytes(b"\xff" + bad.encode())
    (folder / "text.txt").write_text(bad)
    unchecked = {f".github/workflows/{name}.yml" for name in ("link", "pipe", "large", "bytes")}
    findings = findings_of(program, "on: push\n")
    assert {(each["code"], each["location"]["file"]) for each in findings} == {("OG715", path) for path in unchecked}
    (folder / os.fsdecode(b"\xff\x1b.yaml")).write_text(bad)
    result = program("validate")
    assert result.code == 1
    assert "\x1b" not in result.out


@pytest.mark.parametrize("part", [".github", ".github/workflows"])
def test_symlinked_folder_is_not_followed(part: str, with_policy: Path) -> None:
    (with_policy / FILE).write_text(f"on: pull_request_target\n{RUNS}")
    (with_policy / part).rename(with_policy / "moved")
    (with_policy / part).symlink_to(with_policy / "moved")
    workspace, findings = discover(with_policy)
    assert all(file.kind is not Kind.WORKFLOW for file in workspace.files)
    assert [(each.code, each.location.file) for each in findings] == [("OG715", ".github/workflows")]


def test_workflow_without_oauthgit_is_not_parsed(with_policy: Path) -> None:
    (with_policy / FILE).write_text("on: pull_request_target\njobs: {}\n")
    assert [file.path for file in discover(with_policy)[0].files] == ["configs/oauthgit.yaml"]
    (with_policy / FILE).write_text(f"on: push\n{RUNS}")
    assert [file.path for file in discover(with_policy)[0].files] == [FILE, "configs/oauthgit.yaml"]


def test_workflow_finding_obeys_comment_policy_and_paths(with_policy: Path, program: Program) -> None:
    text = "on: pull_request_target # oauthgit: ignore[OG710] only labels are read\n" + RUNS
    (found,) = findings_of(program, text)
    assert found["suppressed"] == "only labels are read"
    text = f"on: pull_request_target\n{RUNS}"
    (with_policy / "configs/oauthgit.yaml").write_text("kind: policy\nrules: {OG710: note}\n")
    assert [each["severity"] for each in findings_of(program, text)] == ["note"]
    assert findings_of(program, text, FILE, "configs") == []
    assert [each["code"] for each in findings_of(program, text, FILE, FILE)] == ["OG710"]


# Secrets beside untrusted files.

REF = "/jobs/smoke/steps/0/with/ref"
CHECKOUT = "      - uses: actions/checkout@v5\n        with: {{ref: '{}'}}"


def privileged(**changes: str) -> str:
    """Return a workflow that checks out an untrusted commit beside a secret; ``changes`` are lines of the job."""
    parts = {
        "on": "on: {workflow_run: {workflows: [x]}}",
        "job": "",
        "env": f"    env: {{SOPS_AGE_KEY: '{SECRET}'}}",
        "checkout": "      - uses: actions/checkout@v5\n        with:\n          ref: ${{ github.event.workflow_run.head_sha }}",
        "run": "      - run: oauthgit smoke",
    } | changes
    return f"{parts['on']}\njobs:\n  smoke:\n{parts['env']}\n{parts['job']}\n    steps:\n{parts['checkout']}\n{parts['run']}\n"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({}, REF),
        (
            {"checkout": CHECKOUT.format("refs/pull/${{ github.event.issue.number }}/head"), "on": "on: issue_comment"},
            REF,
        ),
        (
            {"checkout": "      - run: gh pr checkout ${{ github.event.issue.number }}", "on": "on: [issue_comment]"},
            "/jobs/smoke/steps/0/run",
        ),
        (
            {"env": "", "run": f"      - run: oauthgit smoke\n        env: {{CLIENT_SECRET: 'x {SECRET}'}}"},
            REF,
        ),
        ({"env": "    env: {A: '${{ toJSON(secrets) }}'}"}, REF),
        ({"env": "    env: {A: '${{ secrets[matrix.name] }}'}"}, REF),
        ({"job": "    if: github.event.workflow_run.conclusion == 'success'"}, REF),
        ({"job": "    needs: [other, smoke]"}, REF),
    ],
)  # fmt: skip
def test_untrusted_checkout_beside_a_secret_is_an_error(
    changes: dict[str, str], pointer: str, with_policy: Path, program: Program
) -> None:
    findings = findings_of(program, privileged(**changes))
    assert [(each["code"], each["severity"], each["location"]["pointer"]) for each in findings] == [
        ("OG711", "error", pointer)
    ]
    assert with_policy.is_dir()


@pytest.mark.parametrize(
    "changes",
    [
        {"on": "on: pull_request"},
        {"on": "on: [push, workflow_dispatch]"},
        {"env": ""},
        {"env": "    env: {TOKEN: '${{ secrets.GITHUB_TOKEN }}', A: '${{ vars.secrets_of }}', B: secrets.X}"},
        {"job": "    environment: production"},
        {"job": "    if: github.event.workflow_run.head_repository.full_name == github.repository"},
        {"job": "    if: github.event.workflow_run.event == 'push'"},
        {"checkout": "      - uses: actions/checkout@v5"},
        {"checkout": "      - uses: actions/checkout@v5\n        with: {ref: main}"},
        {"checkout": "      - uses: actions/checkout@v5\n        with: {ref: '${{ github.event.workflow_run.head_branch }}'}"},
        {"run": "      - run: pytest"},
        {"run": "      - run: oauthgit smoke\n  first:\n    environment: production", "job": "    needs: first"},
    ],
)  # fmt: skip
def test_guarded_job_or_job_without_secret_has_no_finding(
    changes: dict[str, str], with_policy: Path, program: Program
) -> None:
    assert findings_of(program, privileged(**changes)) == []
    assert with_policy.is_dir()


# Actions that may change later.


@pytest.mark.parametrize(
    ("uses", "is_found"),
    [
        ("acme/setup@v1", True),
        ("acme/setup/sub@main", True),
        ("acme/setup@0123456", True),
        ("acme/setup@" + "a" * 40, False),
        ("actions/cache@v4", False),
        ("github/codeql-action/init@v3", False),
        ("./local", False),
        ("docker://alpine:3", False),
        ("nonsense", False),
    ],
)
def test_unpinned_action_beside_a_secret_is_found(
    uses: str, *, is_found: bool, with_policy: Path, program: Program
) -> None:
    text = f"on: push\nenv: {{KEY: '{SECRET}'}}\n{RUNS}      - uses: {uses}\n"
    found = [
        (each["code"], each["severity"], each["location"]["line"], each["location"]["column"])
        for each in findings_of(program, text)
    ]
    assert found == ([("OG712", "warning", 9, 15)] if is_found else [])
    assert with_policy.is_dir()


def test_action_without_secret_or_oauthgit_has_no_finding(with_policy: Path, program: Program) -> None:
    action = "      - uses: acme/setup@v1\n"
    assert findings_of(program, f"on: push\n{RUNS}{action}") == []
    other = f"  other:\n    env: {{A: '{SECRET}'}}\n    steps:\n{action}"
    assert findings_of(program, f"on: push\n{RUNS}{other}") == []
    assert with_policy.is_dir()


@pytest.mark.parametrize("text", ["${{", "${{ secrets.", "git fetch ", "oauthgit ", "\\", "steps.", "a/", "'"])
def test_any_workflow_text_is_checked_quickly(text: str, with_policy: Path, program: Program) -> None:
    began = perf_counter()
    many = json.dumps(text * (100_000 // len(text)))
    steps = f"[{{run: {many}, uses: {many}}}, {{run: oauthgit smoke}}]"
    job = f'{{env: {{SECRET: {many}, A: "{SECRET}"}}, if: {many}, steps: {steps}}}'
    found = findings_of(program, f"on: [issue_comment, pull_request_target]\njobs: {{a: {job}}}\n")
    assert "OG710" in [each["code"] for each in found]
    assert perf_counter() - began < 10
    assert with_policy.is_dir()


def test_secret_in_a_workflow_is_in_no_report(with_policy: Path, program: Program) -> None:
    text = (
        "on: pull_request_target\n"
        f"env: {{CLIENT_SECRET: {CANARY}, TOKEN: {CANARY}, MY_PASSWORD: '${{{{ secrets.A }}}} {CANARY}'}}\n{RUNS}"
        f"        with: {{token: {CANARY}}}\n      - uses: acme/x@v1 # {CANARY}\n      - run: login {CANARY}\n"
    )
    (with_policy / FILE).write_text(text)
    for form in ("text", "json", "junit"):
        result = program("validate", "-v", "--format", form, "--output", f"{form}=report")
        assert "OG710" in result.out
        assert "OG712" in result.out
        assert CANARY not in result.out + result.err + (with_policy / "report").read_text()
    shown = program("validate").out
    assert "1 | on: pull_request_target" in shown
    assert "- uses: acme/x@v1" in shown


def test_workflow_is_checked_in_an_ordinary_run(with_policy: Path, program: Program) -> None:
    assert findings_of(program, f"on: pull_request\n{RUNS}") == []
    assert program("validate", "--fix").code in {0, 3}
    assert program("validate", "--diff").code in {0, 3}
    assert with_policy.is_dir()
