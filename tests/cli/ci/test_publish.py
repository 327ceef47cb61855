"""Publishing to CI systems: the output is parsed as they parse it, and a failure to publish never fails the run."""

import json
from pathlib import Path

import pytest

from support.ci_command_parser import read_by_azure, read_by_github
from support.cli import Program, Result
from support.safe_for_ci import assert_inert
from support.sops import KEY

PROD = "configs/iam_applications/insights-prod.yaml"
MEBIBYTE = 1 << 20


@pytest.fixture
def flawed(sample: Path) -> Path:
    """Return the sample with one finding, whose text contains commands of every runner."""
    file = sample / PROD
    file.write_text(file.read_text() + "    '::error::x ##vso[task.complete] ##[x] @octocat #1': 1\n")
    return sample


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch, program: Program, tmp_path: Path) -> Path:
    """Set the variables of GitHub Actions, and return the file of the job summary."""
    assert isinstance(program, Program)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    return summary


@pytest.fixture
def gitlab(monkeypatch: pytest.MonkeyPatch, program: Program, tmp_path: Path) -> Path:
    """Set the variables of GitLab CI, and return the file of the code quality report."""
    assert isinstance(program, Program)
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_PROJECT_DIR", str(folder))
    for name in ("CI_NODE_INDEX", "CI_NODE_TOTAL"):
        monkeypatch.delenv(name, raising=False)
    return folder / "gl-code-quality-report.json"


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch, program: Program, tmp_path: Path) -> Path:
    """Set the variables of Azure Pipelines, and return the agent's folder for temporary files."""
    assert isinstance(program, Program)
    folder = tmp_path / "te;mp] 100%"
    folder.mkdir()
    monkeypatch.setenv("TF_BUILD", "True")
    monkeypatch.setenv("AGENT_TEMPDIRECTORY", str(folder))
    return folder


def split(result: Result, start: str) -> tuple[str, list[str]]:
    """Return the text and the commands below it."""
    lines = result.out.splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith(start)), len(lines))
    return "\n".join(lines[:first]), lines[first:]


def test_github_gets_text_annotations_and_a_summary(flawed: Path, program: Program, github: Path) -> None:
    assert flawed.is_dir()
    result = program("validate")
    text, commands = split(result, "::")
    assert result.code == 1
    assert "layers, " in text
    assert_inert(text)
    read = [read_by_github(line) for line in commands]
    assert [command.name for command in read if command] == ["error"]
    assert github.read_text().startswith("### oauthgit: 1 error\n")
    assert program("validate").code == 1
    assert github.read_text().count("### oauthgit: 1 error\n") == 2, "each run of a step appends its own"


def test_github_gets_the_result_of_a_smoke_test(
    sample: Path, program: Program, github: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sample.is_dir()
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    result = program("smoke", "--sandbox")
    assert (result.code, split(result, "::")[1]) == (0, [])
    assert "### Smoke test: " in github.read_text()


def test_full_summary_is_left_unchanged(flawed: Path, program: Program, github: Path) -> None:
    assert flawed.is_dir()
    github.write_bytes(b"x" * (MEBIBYTE - 100))
    result = program("validate")
    assert result.code == 1
    assert github.stat().st_size == MEBIBYTE - 100
    assert "no job summary was written: GitHub's limit is 1,048,576 bytes" in result.err


def test_summary_stays_within_the_size_left_in_the_step(sample: Path, program: Program, github: Path) -> None:
    (sample / PROD).write_text("kind: iam_application\n" + "".join(f"x{number}: 1\n" for number in range(500)))
    github.write_bytes(b"x" * (MEBIBYTE - 10_000))
    assert program("validate").code == 1
    assert MEBIBYTE - 1_000 < github.stat().st_size <= MEBIBYTE
    assert "more findings** left out" in github.read_text()


@pytest.mark.parametrize("where", ["unset", "a folder", "a folder that is not there"])
def test_unwritable_summary_is_noted_and_fails_nothing(
    where: str, flawed: Path, program: Program, github: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where == "unset":
        monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    elif where == "a folder":
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(flawed))
    else:
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(github / "no" / "summary"))
    result = program("validate")
    assert result.code == 1
    assert split(result, "::")[1]
    assert "oauthgit: no job summary was written: " in result.err


def test_azure_gets_text_issues_and_an_uploaded_summary(flawed: Path, program: Program, azure: Path) -> None:
    assert flawed.is_dir()
    result = program("validate")
    text, commands = split(result, "##vso")
    assert result.code == 1
    assert_inert(text)
    issue, upload = (read_by_azure(line) for line in commands)
    assert issue is not None
    assert upload is not None
    assert (issue.name, upload.name) == ("task.logissue", "task.uploadsummary")
    assert Path(upload.text).parent == azure
    assert Path(upload.text).read_text().startswith("### oauthgit: 1 error\n")


@pytest.mark.parametrize("where", [None, "/no/such/folder"])
def test_azure_without_a_summary_file_gets_issues_and_a_note(
    where: str | None, flawed: Path, program: Program, azure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert flawed.is_dir()
    if where is None:
        monkeypatch.delenv("AGENT_TEMPDIRECTORY")
    else:
        monkeypatch.setenv("AGENT_TEMPDIRECTORY", where)
    result = program("validate")
    assert (result.code, len(split(result, "##vso")[1])) == (1, 1)
    assert "oauthgit: no summary was uploaded: " in result.err
    assert list(azure.iterdir()) == []


def test_gitlab_gets_text_and_a_file(flawed: Path, program: Program, gitlab: Path) -> None:
    assert flawed.is_dir()
    result = program("validate")
    assert result.code == 1
    assert_inert(result.out)
    (issue,) = json.loads(gitlab.read_text())
    assert issue["location"]["path"] == PROD
    assert f"{gitlab} was written; publish it with artifacts:reports:codequality" in result.err


def test_requested_report_file_replaces_the_one_for_gitlab(
    flawed: Path, program: Program, gitlab: Path, tmp_path: Path
) -> None:
    assert flawed.is_dir()
    result = program("validate", "--output", f"gitlab={tmp_path / 'own.json'}")
    assert (result.code, result.err) == (1, "")
    assert not gitlab.exists()
    assert len(json.loads((tmp_path / "own.json").read_text())) == 1


def test_smoke_test_writes_no_file_for_gitlab(sample: Path, program: Program, gitlab: Path) -> None:
    assert sample.is_dir()
    assert program("smoke", "--sandbox").code == 7
    assert not gitlab.exists()


def test_report_is_not_written_through_a_planted_symlink(
    flawed: Path, program: Program, gitlab: Path, tmp_path: Path
) -> None:
    assert flawed.is_dir()
    precious = tmp_path / "precious"
    precious.write_text("keep me")
    gitlab.symlink_to(precious)
    result = program("validate")
    assert (result.code, "oauthgit does not write through links" in result.err) == (1, True)
    assert precious.read_text() == "keep me"
    assert gitlab.is_symlink()


@pytest.mark.parametrize("where", [None, "/no/such/folder", "taken"])
def test_gitlab_without_a_writable_folder_gets_a_note(
    where: str | None, flawed: Path, program: Program, gitlab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert flawed.is_dir()
    if where is None:
        monkeypatch.delenv("CI_PROJECT_DIR")
    elif where == "taken":
        gitlab.mkdir()
    else:
        monkeypatch.setenv("CI_PROJECT_DIR", where)
    result = program("validate")
    assert result.code == 1
    assert "gl-code-quality-report.json was not written: " in result.err


@pytest.fixture(params=["GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD"])
def everywhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Set the variables of each CI system in turn, and return the folder of all their files."""
    folder = tmp_path / "places"
    folder.mkdir()
    monkeypatch.setenv(request.param, "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "s.md"))
    monkeypatch.setenv("CI_PROJECT_DIR", str(folder))
    monkeypatch.setenv("AGENT_TEMPDIRECTORY", str(folder))
    return folder


@pytest.mark.parametrize(
    "arguments", [("validate", "--format", "text"), ("effective",), ("validate", "--diff", "--fix")]
)
def test_explicit_format_and_other_commands_publish_nothing(
    arguments: tuple[str, ...], flawed: Path, program: Program, everywhere: Path
) -> None:
    assert flawed.is_dir()
    assert_inert(program(*arguments).out)
    assert list(everywhere.iterdir()) == []


def test_parallel_hooks_publish_nothing(
    flawed: Path, program: Program, everywhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert flawed.is_dir()
    monkeypatch.setenv("PRE_COMMIT", "1")
    result = program("validate")
    assert result.code == 1
    assert_inert(result.out)
    assert list(everywhere.iterdir()) == []


def test_run_outside_of_ci_publishes_nothing(
    flawed: Path, program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert flawed.is_dir()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "s.md"))
    result = program("validate")
    assert_inert(result.out)
    assert result.err == ""
    assert not (tmp_path / "s.md").exists()
