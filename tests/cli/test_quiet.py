"""``-q``: a run without a result to read prints nothing; everything found is printed as without it."""

import io
import shutil
import sys
from pathlib import Path

import pytest

from oauthgit.cli import main
from support.cli import Program
from support.git import committed, edit
from support.paths import REPOSITORY
from support.sops import KEY

PROD = "configs/iam_applications/insights-prod.yaml"
SILENT = (
    "validate",
    "validate --fix",
    "validate --diff",
    "validate --history",
    "validate --write-baseline baseline.json",
    "diff",
    "diff HEAD..HEAD",
    "diff --exit-code",
    "smoke --sandbox",
    "report --merge part.json",
    "secrets expiry",
    "secrets set insights-prod hub",
    "secrets pin insights-prod hub",
    "secrets renew insights-prod",
    "init .",
    "init new",
)
PRINTED = (
    "effective insights-prod",
    "explain insights-prod hub",
    "secrets status",
    "smoke --dry-run",
    "schema",
    "rules",
)


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the JSON report of a run."""
    file = tmp_path_factory.mktemp("quiet") / "part.json"
    assert main(["-C", str(REPOSITORY), "validate", "-q", "--output", f"json={file}"]) == 0
    return file


@pytest.fixture
def quiet_project(sample: Path, part: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the sample in a repository of its own, with a key, a piped secret and the JSON report of a run."""
    assert program("--version").code == 0
    shutil.copy(part, sample)
    committed(sample)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"n3w-s3cret-of-the-hub-7b9f3e21\n")))
    return sample


@pytest.mark.usefixtures("quiet_project")
@pytest.mark.parametrize("call", SILENT)
def test_quiet_run_prints_nothing(call: str, program: Program) -> None:
    assert program(*call.split(), "-q") == (0, "", "")


@pytest.mark.usefixtures("quiet_project")
@pytest.mark.parametrize("call", ["validate", "diff", "report --merge part.json"])
@pytest.mark.parametrize("system", ["GITHUB_ACTIONS", "GITLAB_CI"])
def test_quiet_run_prints_nothing_in_ci(
    system: str, call: str, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {system: "true", "CI": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    assert program(*call.split(), "-q") == (0, "", "")


@pytest.mark.usefixtures("quiet_project")
@pytest.mark.parametrize("call", PRINTED)
def test_requested_result_is_printed_although_quiet(call: str, program: Program) -> None:
    assert program(*call.split(), "-q").out.strip()


@pytest.mark.usefixtures("quiet_project")
@pytest.mark.parametrize("call", ["secrets set insights-prod hub", "secrets renew insights-prod"])
def test_requested_format_is_printed_although_quiet(call: str, program: Program) -> None:
    assert program(*call.split(), "-q", "--format", "json").out.startswith("{")


def test_findings_and_changes_are_printed_although_quiet(quiet_project: Path, program: Program) -> None:
    edit(quiet_project, PROD, "client_id: 0d6e1f0f", "client_id: 1d6e1f0f")
    edit(quiet_project, PROD, "environment: production", "environment: production\nscoops: []")
    assert "OG201" in program("validate", "-q").out
    assert "insights-prod" in program("diff", "-q").out


def test_verdict_without_proof_is_printed_although_quiet(
    quiet_project: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOPS_AGE_KEY_FILE")
    result = program("smoke", "--sandbox", "-q", "insights-prod")
    assert (result.code, quiet_project.is_dir()) == (7, True)
    assert "not-run" in result.out
