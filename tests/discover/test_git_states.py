"""States of git that look like deleted files: sparse checkouts, submodules, and branches without a commit."""

import os
import shutil
from itertools import product
from pathlib import Path

import pytest

from oauthgit.model.git_index import may_leave_files_out
from support.ci_runs import GITHUB
from support.cli import Program, Result
from support.git import committed, edit, git, start
from support.sops import KEY

PROD = "configs/iam_applications/insights-prod.yaml"
COMMANDS = [
    ("validate",),
    ("validate", "--no-cache"),
    ("validate", "--fix"),
    ("validate", "--base", "HEAD"),
    ("diff",),
    ("effective",),
    ("explain", "insights-acc", "hub"),
    ("smoke", "--dry-run"),
    ("secrets", "status"),
]


@pytest.fixture
def root(sample: Path) -> Path:
    """Return the sample in a repository, committed."""
    committed(sample)
    return sample


def refused(result: Result, *words: str) -> None:
    assert (result.code, result.out) == (2, "")
    for word in words:
        assert word in result.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_refuses_a_sparse_checkout(
    root: Path, program: Program, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    assert program(*command).code in {0, 3}
    git(root, "sparse-checkout", "set", "--cone", "configs/branches", "configs/runtime_configurations")
    assert program("validate").code == 2
    refused(program(*command), "this checkout is sparse", "git sparse-checkout disable")
    git(root, "sparse-checkout", "add", "configs")  # as the message says for cone mode
    assert program(*command).code in {0, 3}


def test_sparse_index_is_read_like_another(root: Path, program: Program) -> None:
    git(root, "sparse-checkout", "set", "--cone", "--sparse-index", "configs/branches")
    refused(program("validate"), "it leaves out", "configs/iam_applications/")
    git(root, "sparse-checkout", "disable")
    assert program("validate").code == 0


@pytest.mark.parametrize("version", ["3", "4"])
def test_sparse_worktree_is_refused_for_any_index(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    git(root, "worktree", "add", "--quiet", "--detach", "../linked")
    linked = tmp_path / "linked"
    monkeypatch.chdir(linked)
    git(linked, "sparse-checkout", "set", "--cone", "configs/branches")
    git(linked, "update-index", "--index-version", version)
    refused(program("validate"), "this checkout is sparse")
    monkeypatch.chdir(root)
    assert program("validate").code == 0


def test_sparse_checkout_of_other_folders_is_whole(root: Path, program: Program) -> None:
    (root / "docs").mkdir()
    (root / "docs/a.yaml").write_text("a: 1\n")
    committed(root)
    git(root, "sparse-checkout", "set", "--cone", "configs")
    assert not (root / "docs").exists()
    assert program("validate").code == 0
    assert "no target changes" in program("diff").out


def test_sparse_checkout_without_configs_says_so(root: Path, program: Program) -> None:
    git(root, "sparse-checkout", "set", "--cone", "docs")
    refused(program("validate"), "configs/ was not found", "this checkout is sparse")
    git(root, "sparse-checkout", "disable")
    shutil.rmtree(root / "configs")
    assert "sparse" not in program("validate").err


def test_project_below_rules_that_are_left_out_is_refused(
    sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sample / "team").mkdir()
    (sample / "configs").rename(sample / "team/configs")
    committed(sample)
    git(sample, "sparse-checkout", "set", "--no-cone", "/team")
    monkeypatch.chdir(sample / "team")
    refused(program("validate"), "it leaves out 1 file of the settings, such as .sops.yaml")


def test_file_marked_by_hand_is_not_deleted(root: Path, program: Program) -> None:
    git(root, "update-index", "--skip-worktree", PROD)
    (root / PROD).unlink()
    for command in ("validate", "diff"):
        refused(program(command), f"it leaves out 1 file of the settings, such as {PROD}")
    git(root, "sparse-checkout", "disable")  # as the message says; it restores marked files as well
    assert program("diff").code == 0


def test_marked_file_that_is_there_counts(root: Path, program: Program) -> None:
    git(root, "update-index", "--skip-worktree", PROD)
    edit(root, PROD, "environment: production", "environment: acceptance")
    assert program("validate").code == 0
    assert PROD in program("diff").out


def test_sparse_checkout_uses_no_cached_result(root: Path, program: Program) -> None:
    """The files on disk are those of an earlier run that found nothing."""
    base = git(root, "rev-parse", "HEAD")
    (root / PROD).unlink()
    (root / PROD.replace(".yaml", ".secrets.yaml")).unlink()
    for _ in range(2):
        assert program("validate").code == 0
    git(root, "checkout", "--quiet", base, "--", "configs")
    git(root, "sparse-checkout", "set", "--no-cone", "/*", "!/configs/iam_applications/insights-prod*")
    refused(program("validate"), PROD.replace(".yaml", ".secrets.yaml"))


def test_ordinary_index_starts_no_git(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not may_leave_files_out(str(root))
    monkeypatch.setattr("oauthgit.discover.sparse.refuse_sparse", None)
    assert program("validate", "--no-cache").code == 0
    git(root, "update-index", "--index-version", "4")
    assert not may_leave_files_out(str(root))
    assert not may_leave_files_out(str(root / "configs"))


def test_sparse_checkout_without_git_is_refused(root: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    git(root, "sparse-checkout", "set", "--cone", "configs/branches")
    monkeypatch.setenv("PATH", "/nonexistent")
    refused(program("validate"), "git was not found on PATH")


@pytest.mark.parametrize("ref", ["", "HEAD", "main", "@", "HEAD~1", "refs/heads/main", "main..HEAD", "main...HEAD"])
def test_branch_without_a_commit_is_not_to_be_fetched(sample: Path, program: Program, ref: str) -> None:
    start(sample)
    result = program("diff", *filter(None, (ref,)))
    refused(result, "the branch main has no commit yet", "commit the files first")
    assert "fetch" not in result.err
    if "." not in ref:
        refused(program("validate", "--base", ref or "HEAD"), "the branch main has no commit yet")
    committed(sample)
    assert program("diff").code == 0


def test_other_branch_beside_an_empty_one_is_compared(root: Path, program: Program) -> None:
    git(root, "switch", "--quiet", "--orphan", "empty")
    git(root, "checkout", "--quiet", "main", "--", ".")
    assert "the branch empty has no commit yet" in program("diff").err
    assert "fetch" in program("diff", "elsewhere").err
    assert "no target changes" in program("diff", "main").out


def test_detached_head_is_compared(root: Path, program: Program) -> None:
    edit(root, PROD, "environment: production", "environment: acceptance")
    committed(root)
    git(root, "checkout", "--quiet", "--detach")
    assert "no target changes" in program("diff").out
    assert PROD in program("diff", "HEAD~1").out


@pytest.mark.usefixtures("root")
def test_ancestor_beyond_the_first_commit_is_not_fetched(program: Program) -> None:
    for ref in ("HEAD~1", "main^2", "HEAD~1^"):
        result = program("diff", ref)
        refused(result, f"the commit {ref} does not exist", "has no such ancestor")
        assert "fetch" not in result.err


def replaced(root: Path, tmp_path: Path, folder: str, how: str) -> None:
    """Replace a folder by a submodule or a link in one commit, and restore it in the next."""
    git(root, "mv", folder, "moved")
    moved = tmp_path / "moved"
    shutil.copytree(root / "moved", moved)
    if how == "submodule":
        committed(moved)
        add = ("submodule", "add", "--quiet", moved.as_uri(), folder)
        git(root, "-c", "protocol.file.allow=always", *add)
    else:
        (root / folder).parent.mkdir(parents=True, exist_ok=True)
        (root / folder).symlink_to(os.path.relpath(root / "moved", (root / folder).parent))
    committed(root)
    git(root, "rm", "-q", "--force", folder)
    shutil.rmtree(root / folder, ignore_errors=True)
    (root / ".gitmodules").unlink(missing_ok=True)
    (root / folder).parent.mkdir(exist_ok=True)
    git(root, "mv", "moved", folder)
    committed(root)


@pytest.mark.parametrize(
    "replacement", [*product(["configs", "configs/iam_applications"], ["submodule", "link"])], ids=" ".join
)
def test_base_in_a_submodule_or_link_is_not_compared(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch, replacement: tuple[str, str]
) -> None:
    folder, how = replacement
    assert program("--version").code == 0
    replaced(root, tmp_path, folder, how)
    assert program("validate").code == 0
    for arguments in (("diff", "HEAD~1"), ("validate", "--base", "HEAD~1"), ("smoke", "--base", "HEAD~1")):
        result = program(*arguments)
        refused(result, f"{folder} is a", "HEAD~1", "(OG115)")
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", git(root, "rev-parse", "HEAD~1"))
    result = program("validate", "--format", "text")
    assert (result.code, "warning[OG008]" in result.out, "OG707" in result.out) == (0, True, False)
    assert "warning[OG008]" in program("diff", "--format", "text").out


@pytest.mark.parametrize("how", ["submodule", "link"])
def test_base_below_a_submodule_or_link_is_not_compared(
    sample: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    (sample / "teams/a").mkdir(parents=True)
    for name in ("configs", ".sops.yaml"):
        (sample / name).rename(sample / "teams/a" / name)
    committed(sample)
    replaced(sample, tmp_path, "teams/a", how)
    monkeypatch.chdir(sample / "teams/a")
    assert program("validate").code == 0
    for arguments in (("diff", "HEAD~1"), ("validate", "--base", "HEAD~1")):
        refused(program(*arguments), "(OG115)")
    assert "no target changes" in program("diff", "HEAD~2").out


def test_authority_in_a_submodule_is_no_first_adoption(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing policy would end with exit 0, as in a repository that has none yet."""
    assert program("--version").code == 0
    replaced(root, tmp_path, "configs", "submodule")
    run = GITHUB["push to main"]
    git(root, "remote", "add", "origin", run.url)
    for branch in ("main", "evil"):
        git(root, "update-ref", f"refs/remotes/origin/{branch}", "HEAD~1")
    for name, value in run.environment(tmp_path, root).items():
        monkeypatch.setenv(name, value)
    refused(program("smoke"), "configs is a submodule in")


def test_treeless_clone_is_named_like_other_partial_ones(
    root: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(root, PROD, "environment: production", "environment: acceptance")
    committed(root)
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=tree:0", root.as_uri(), "partial")
    monkeypatch.chdir(tmp_path / "partial")
    assert program("validate").code == 0
    for arguments in (("diff", "HEAD~1"), ("validate", "--history"), ("validate", "--base", "HEAD~1")):
        refused(program(*arguments), "this clone was made with a filter", "git fetch --refetch --no-filter")
