"""The number of git processes of each command, counted by a program in place of git."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from support.ci_runs import GITHUB, RUNS
from support.cli import Program
from support.git import committed, edit, git
from support.paths import REPOSITORY

PROD = "configs/iam_applications/insights-prod.yaml"
POLICY = "configs/oauthgit.yaml"
WORKFLOW = ".github/workflows/oauthgit.yml"
MAIN = "refs/remotes/origin/main"
Change = Callable[[Path], None]


class Counter:
    """Run the program with a git that records its arguments."""

    def __init__(self, folder: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        self._program = program
        self._log = folder / "git.log"
        (folder / "programs").mkdir()
        wrapper = folder / "programs/git"
        wrapper.write_text(f'#!/bin/sh\necho "$*" >> "{self._log}"\nexec "{shutil.which("git")}" "$@"\n')
        wrapper.chmod(0o700)
        monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.defpath}")

    def __call__(self, *arguments: str) -> tuple[int, int]:
        """Return the exit code and the number of git processes."""
        self._log.write_text("")
        return self._program(*arguments).code, len(self._log.read_text().splitlines())


def change_setting(root: Path) -> None:
    edit(root, PROD, "client_id: insights-production", "client_id: other")


def change_all(root: Path) -> None:
    """Change a setting, a secrets file, the policy, creation rules and a workflow."""
    change_setting(root)
    edit(root, "configs/iam_applications/insights-prod.secrets.yaml", 'lastmodified: "2026', 'lastmodified: "2020')
    edit(root, POLICY, "  - github.com\n", "  - github.com\n  - gitlab.com\n")
    edit(root, ".sops.yaml", "creation_rules:", "# changed\ncreation_rules:")
    edit(root, WORKFLOW, "oauthgit", "oauthgit ")


def delete_file(root: Path) -> None:
    (root / PROD).unlink()


def change_nothing(root: Path) -> None:
    assert root.is_dir()


@pytest.fixture
def root(sample: Path) -> Path:
    """Return the sample with a workflow, in a clone with two branches of origin."""
    (sample / WORKFLOW).parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / WORKFLOW, sample / WORKFLOW)
    edit(sample, POLICY, "rules:", "ca_file: ca.pem\nrules:")
    trustme.CA().cert_pem.write_to_path(str(sample / "configs/ca.pem"))
    for branch in ("evil", "main"):
        committed(sample)
        git(sample, "update-ref", f"refs/remotes/origin/{branch}", "HEAD")
    git(sample, "symbolic-ref", "refs/remotes/origin/HEAD", MAIN)
    git(sample, "config", "remote.origin.url", GITHUB["pull request"].url)
    return sample


@pytest.fixture
def count(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Return the values that count."""
    return Counter(tmp_path, program, monkeypatch)


@pytest.mark.parametrize(
    ("change", "validate", "diff"),
    [
        (change_nothing, (0, 2), (0, 2)),
        (change_setting, (0, 2), (0, 2)),
        (change_all, (1, 2), (1, 2)),
        (delete_file, (1, 3), (0, 3)),
    ],
)
def test_validate_and_diff_start_three_at_most(
    change: Change, validate: tuple[int, int], diff: tuple[int, int], root: Path, count: Counter
) -> None:
    change(root)
    assert count("validate", "--base", "origin/main") == validate
    assert count("diff", "origin/main") == diff


@pytest.mark.parametrize(
    ("change", "ref", "expected"),
    [
        (change_nothing, "origin/main", (3, 4)),
        (change_setting, "origin/main", (7, 4)),
        (change_setting, "origin/evil", (7, 5)),
        (change_all, "origin/evil", (7, 5)),
        (delete_file, "origin/evil", (3, 5)),
    ],
)
def test_smoke_starts_five_at_most(
    change: Change, ref: str, expected: tuple[int, int], root: Path, count: Counter
) -> None:
    change(root)
    arguments = ("smoke", "--base", "origin/main", "--only-changed-since", ref)
    assert count(*arguments) == expected
    assert count("-C", "configs/branches", *arguments) == expected


@pytest.mark.parametrize("run", ["GitHub: pull request", "GitLab: merge request"])
def test_pull_request_in_ci_starts_as_few(
    run: str, root: Path, tmp_path: Path, count: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_setting(root)
    for name, value in RUNS[run].environment(tmp_path, root).items():
        monkeypatch.setenv(name, value)
    git(root, "config", "remote.origin.url", RUNS[run].url)
    assert count("validate") == (0, 2)
    assert count("diff") == (0, 2)
    assert count("smoke", "--only-changed-since", "origin/main") == (7, 4)
