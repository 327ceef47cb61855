"""Handed cases: states of git, hooks, and a folder without settings. Most are about one project, that of case 03."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.cli import Program
from support.git import committed, edit, git
from support.paths import REPOSITORY

CASES = Path(__file__).parent
PROJECT = CASES / "03-sparse-checkout"
APPLICATION = "configs/iam_applications/app-prod.yaml"
POLICY = "configs/oauthgit.yaml"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with the project in its only commit, as the working directory."""
    root = tmp_path / "repository"
    shutil.copytree(PROJECT, root)
    committed(root)
    monkeypatch.chdir(root)
    return root


def test_case_03_sparse_checkout_is_named(root: Path, program: Program) -> None:
    git(root, "sparse-checkout", "set", "--no-cone", "/configs/branches", f"/{POLICY}")
    assert git(root, "status", "--short") == ""
    for command in ("diff", "validate", "effective"):
        result = program(command)
        assert (result.code, result.out) == (2, "")
        assert "this checkout is sparse: it leaves out 3 files of the settings, such as .sops.yaml" in result.err
    git(root, "sparse-checkout", "disable")  # as the message says
    assert "no target changes" in program("diff").out


def test_case_04_submodule_is_not_compared(root: Path, tmp_path: Path, program: Program) -> None:
    inner = tmp_path / "inner"
    shutil.copytree(root / "configs", inner)
    committed(inner)
    git(root, "rm", "-rq", "configs")
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", inner.as_uri(), "configs")
    committed(root)
    for arguments in (("diff",), ("validate", "--base", "HEAD"), ("diff", "HEAD~1")):
        result = program(*arguments)
        assert (result.code, result.out) == (2, ""), arguments
        assert "configs is a" in result.err
        assert "submodule" in result.err
    assert "error[OG115]" in program("validate").out


@pytest.mark.parametrize("options", [(), ("--fail-on", "never"), ("--fail-on", "note"), ("-q",)])
def test_case_05_empty_configs_is_not_green(
    options: tuple[str, ...], program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CASES / "05-empty-configs-green")
    result = program("validate", *options)
    assert (result.code, "note[OG705]" in result.out) == (3, True)
    assert "nothing was checked: there is no layer in configs/ (exit 3)" in result.err


def test_case_06_partial_clone_is_named(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(root, APPLICATION, "crm-prod", "crm-two")
    committed(root)
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", root.as_uri(), "partial")
    monkeypatch.chdir(tmp_path / "partial")
    for arguments in (("diff", "HEAD~1"), ("validate", "--history"), ("validate", "--base", "HEAD~1")):
        result = program(*arguments)
        assert (result.code, "this clone was made with a filter" in result.err) == (2, True), arguments
        assert "fsck" not in result.err
    git(tmp_path / "partial", "fetch", "--quiet", "--refetch", "--no-filter")  # as the message says
    assert "crm.client_id" in program("diff", "HEAD~1").out
    assert program("validate", "--history").err == ""


def test_case_09_merge_queue_is_compared_with_its_base(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = git(root, "rev-parse", "HEAD")
    edit(root, APPLICATION, "crm-prod", "crm-two")
    edit(root, POLICY, "[login.crm.example.com]", "[login.crm.example.com, other.example.net]")
    head = committed(root)
    queue = {"base_ref": "refs/heads/main", "base_sha": base, "head_ref": "refs/heads/q/main", "head_sha": head}
    repository = {"full_name": "o/r", "default_branch": "main"}
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"action": "checks_requested", "merge_group": queue, "repository": repository}))
    assert program("--version").code == 0
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": str(event)}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    compared = program("diff", "--format", "text")
    assert "crm-prod\n" in compared.out
    assert "-> crm-two\n" in compared.out
    assert "loosened   trusted_hosts   + other.example.net" in compared.out
    assert "note[OG707]" in program("validate", "--format", "text").out
    # The base of a queue may be a commit that is not merged yet, so doors come from the branch that it merges into.
    git(root, "remote", "add", "origin", "https://github.com/o/r")
    git(root, "update-ref", "refs/remotes/origin/main", base)
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    refused = json.loads(program("smoke", "--format", "json").out)
    (shut,) = [each for each in refused["findings"] if each["code"] == "OG707"]
    assert "other.example.net, which the policy in origin/main" in shut["message"]
    assert {verdict["verdict"] for verdict in refused["verdicts"]} == {"not-run"}


def test_case_14_merge_conflict_is_named_with_lines(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / "14-merge-conflict")
    result = program("validate", "--format", "json")
    (finding,) = json.loads(result.out)["findings"]
    assert (result.code, finding["code"], finding["name"]) == (1, "OG120", "file-merge-conflict")
    assert "git left a merge conflict here (<<<<<<<) in lines 9 to 13" in finding["message"]
    assert finding["location"]["line"] == 9
    assert [each["location"]["line"] for each in finding["related"]] == [11, 13]
    assert "\n 9 | <<<<<<< HEAD\n" in program("validate").out


@pytest.mark.parametrize("manager", ["pre-commit", "prek"])
def test_case_08_deletion_only_commit_is_checked(root: Path, tmp_path: Path, manager: str) -> None:
    """The hook is that of .pre-commit-hooks.yaml, with the program of this environment."""
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
    hook = next(hook for hook in hooks if hook["id"] == "oauthgit-validate") | {"language": "system"}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    committed(root)
    programs = Path(sys.executable).parent
    homes = {"HOME": tmp_path, "PRE_COMMIT_HOME": tmp_path / "pre-commit", "PREK_HOME": tmp_path / "prek"}
    environment = {"PATH": f"{programs}{os.pathsep}{os.defpath}", **{name: str(home) for name, home in homes.items()}}

    def run() -> tuple[int, str]:
        done = subprocess.run(
            [programs / manager, "run"],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.returncode, done.stdout

    assert run()[0] == 0
    git(root, "rm", "--quiet", "configs/branches/M/MAIN.yaml")
    code, output = run()
    assert (code, output.count("error[OG302]")) == (1, 1)
