"""Reading files of a commit from real repositories, some of them hostile."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from oauthgit.discover import git_process
from oauthgit.discover.git import SIZE, Commit, Entry, GitError, Repository
from oauthgit.discover.git_process import GitObject, ObjectReader
from support.git import committed, git

PATH = "configs/oauthgit.yaml"
RESOLVED = f'read ref; printf "{"0" * 40} commit 0\\n\\n"'
"""A script that accepts every name as that of a commit."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository whose branch main has a policy, and whose working tree changes it."""
    root = tmp_path / "repository"
    (root / "configs").mkdir(parents=True)
    (root / PATH).write_text("as committed\n")
    committed(root)
    (root / PATH).write_text("as changed\n")
    return root


def commit(root: Path, ref: str = "main", search: str = os.defpath) -> Commit:
    return Repository(root, search).commit(ref)


def content(root: Path, ref: str = "main", path: str = PATH) -> bytes | None:
    return commit(root, ref).read([path]).get(path)


def refusal(root: Path, ref: str = "main", *paths: str, search: str = os.defpath) -> str:
    with pytest.raises(GitError) as raised:
        commit(root, ref, search).read(paths or [PATH])
    return str(raised.value)


def test_file_is_read_from_a_commit(root: Path) -> None:
    full = git(root, "rev-parse", "HEAD")
    git(root, "tag", "v1")
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    for ref in ("main", "HEAD", "v1", full, full[:10], "origin/main", "refs/heads/main"):
        assert content(root, ref) == b"as committed\n", ref


def test_missing_paths_do_not_shift_the_others(root: Path) -> None:
    (root / "configs/a b").write_bytes(b"one\n0123 blob 3\nmissing")
    (root / "configs/empty").write_bytes(b"")
    committed(root)
    asked = ["configs/none", "configs", "configs/a b", "configs/empty", "x blob 5", PATH]
    assert commit(root).read(asked) == {
        "configs/a b": b"one\n0123 blob 3\nmissing",
        "configs/empty": b"",
        PATH: b"as changed\n",
    }


def test_subfolder_paths_are_relative_to_it(root: Path) -> None:
    assert content(root / "configs", path="oauthgit.yaml") == b"as committed\n"
    assert content(root / "configs", path="../configs/oauthgit.yaml") == b"as committed\n"


def test_worktree_is_read_like_a_repository(root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "--quiet", "-b", "other", str(tmp_path / "other"))
    assert content(tmp_path / "other") == b"as committed\n"


@pytest.mark.parametrize("ref", ["--upload-pack=touch x", "-h", "", "a b", "main\nHEAD", "x" * 300])
def test_invalid_commit_name_is_not_given_to_git(root: Path, ref: str) -> None:
    assert "cannot name a commit" in refusal(root, ref)


@pytest.mark.parametrize("ref", ["origin/none", "main:configs", "0" * 40, "main^{tree}"])
def test_missing_commit_is_an_error_with_advice(root: Path, ref: str) -> None:
    assert "fetch" in refusal(root, ref)


def test_shallow_clone_without_the_base_is_an_error(root: Path, tmp_path: Path) -> None:
    base = git(root, "rev-parse", "HEAD")
    committed(root)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root}", "shallow")
    assert "this clone has only a part of the history" in refusal(tmp_path / "shallow", base)


@pytest.mark.parametrize("path", ["../outside", "configs/../../outside", "configs/a\nb"])
def test_path_outside_of_the_repository_is_refused(root: Path, path: str) -> None:
    assert "leads out of the repository" in refusal(root, "main", path)


def test_missing_repository_or_git_and_large_file_are_errors(root: Path, tmp_path: Path) -> None:
    assert "not in a git repository" in refusal(tmp_path)
    assert "git was not found" in refusal(root, search=str(tmp_path))
    assert "git was not found" in refusal(root, search=f".{os.pathsep}")
    (root / PATH).write_bytes(b"#" * (SIZE + 1))
    committed(root)
    assert "bytes" in refusal(root)


def program(folder: Path, script: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o700)
    return f"{folder}{os.pathsep}{os.defpath}"


def test_git_in_the_scanned_tree_is_not_started(root: Path, tmp_path: Path) -> None:
    search = program(root / "bin", f"touch {tmp_path}/started")
    assert commit(root, search=search).read([PATH]) == {PATH: b"as committed\n"}
    assert not (tmp_path / "started").exists()


def test_hanging_or_broken_git_is_an_error(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_process, "SECONDS", 0.5)
    assert "did not end in time" in refusal(root, search=program(tmp_path / "slow", "exec sleep 60"))
    (tmp_path / "slow/git").write_bytes(b"\0not a program")
    assert "cannot be started" in refusal(root, search=str(tmp_path / "slow"))


def test_git_with_a_running_child_is_killed_with_it(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_process, "SECONDS", 0.5)
    assert "did not end in time" in refusal(root, search=program(tmp_path / "slow", "sleep 60 | cat"))


def test_endless_or_unresponsive_git_is_an_error(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_process, "MAX_BYTES", 100_000)
    assert "more than 100,000 bytes" in refusal(root, search=program(tmp_path / "endless", "exec cat /dev/zero"))
    here = Repository(root, program(tmp_path / "deaf", "exit 0"))
    assert here.run(("x",), b"x" * 1_000_000).stdout == b""
    both = Repository(root, program(tmp_path / "both", "cat"))
    assert both.run(("x",), b"x" * 90_000).stdout == b"x" * 90_000


def test_failing_or_silent_git_is_an_error(root: Path, tmp_path: Path) -> None:
    for number, (does, reported) in enumerate({"exit 3": "git fsck", "exit 0": ""}.items()):
        script = f'case "$*" in *cat-file*) {RESOLVED}; read path;; esac; {does}'
        search = program(tmp_path / str(number), script)
        if reported:
            assert reported in refusal(root, search=search)
        else:
            assert commit(root, search=search).read([PATH]) == {}


def test_programs_named_in_git_configuration_are_not_started(root: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    trap.chmod(0o700)
    hooks = root / ".git/hooks"
    shutil.rmtree(hooks, ignore_errors=True)
    hooks.mkdir()
    for hook in ("post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc"):
        shutil.copy(trap, hooks / hook)
    blob = git(root, "rev-parse", f"HEAD:{PATH}")
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    (root / ".gitattributes").write_text("* filter=trap diff=trap\n")
    for name, value in {
        "core.fsmonitor": trap,
        "core.hooksPath": hooks,
        "core.pager": trap,
        "core.sshCommand": trap,
        "filter.trap.smudge": trap,
        "diff.trap.textconv": trap,
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{trap}",
        "protocol.ext.allow": "always",
        "alias.cat-file": f"!{trap}",
        "alias.rev-parse": f"!{trap}",
    }.items():
        git(root, "config", name, str(value))
    git(root, "config", "core.repositoryFormatVersion", "1")
    try:
        content(root)
    except GitError as error:
        assert "git fsck" in str(error)  # noqa: PT017 - some versions report a missing object
    assert not (tmp_path / "started").exists()


def test_folder_like_a_bare_repository_is_not_used_as_one(root: Path) -> None:
    disguised = root / "sub"
    git(root, "clone", "--quiet", "--bare", str(root), str(disguised))
    assert (disguised / "HEAD").exists()
    assert content(disguised, path="../configs/oauthgit.yaml") == b"as committed\n"
    assert content(disguised) is None


def test_replaced_object_does_not_count(root: Path) -> None:
    base = git(root, "rev-parse", "HEAD")
    git(root, "replace", base, committed(root))
    assert content(root, base) == b"as committed\n"


def test_git_variables_of_the_caller_are_ignored(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_GLOBAL"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    assert content(root) == b"as committed\n"


def listed(root: Path, *paths: str, ref: str = "main") -> list[Entry]:
    return [entry._replace(id="") for entry in commit(root, ref).list_files(*(paths or ["configs"]))]


def test_folder_of_a_commit_is_listed_recursively(root: Path) -> None:
    for name in ("b/c.yaml", "a b", "caf\u00e9\n\t", "-n", "*"):
        (root / "configs" / name).parent.mkdir(exist_ok=True)
        (root / "configs" / name).write_text(name)
    (root / "elsewhere").touch()
    (root / "configs/link.yaml").symlink_to("oauthgit.yaml")
    committed(root)
    shutil.rmtree(root / "configs")
    assert listed(root) == [
        Entry("configs/*", 1),
        Entry("configs/-n", 2),
        Entry("configs/a b", 3),
        Entry("configs/b/c.yaml", 8),
        Entry("configs/caf\u00e9\n\t", 7),
        Entry("configs/link.yaml", 13, "a symbolic link"),
        Entry("configs/oauthgit.yaml", 11),
    ]
    assert listed(root, "configs/b", "none", "elsewhere") == [Entry("configs/b/c.yaml", 8), Entry("elsewhere", 0)]
    assert listed(root, ref="main~1") == [Entry("configs/oauthgit.yaml", 13)]


def test_name_that_is_not_utf8_is_listed_and_read(root: Path) -> None:
    name = os.fsdecode(b"configs/\xff.yaml")
    (root / name).write_text("x")
    committed(root)
    assert Entry(name, 1) in listed(root)
    assert content(root, path=name) == b"x"


def test_submodule_or_symlink_as_folder_is_not_followed(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    committed(other)
    git(root, "clone", "--quiet", str(other), "configs/module")
    shutil.move(root / "configs", root / "moved")
    (root / "configs").symlink_to("moved")
    committed(root)
    assert listed(root) == [Entry("configs", 5, "a symbolic link")]
    assert listed(root, "moved/module") == [Entry("moved/module", 0, "a submodule")]


@pytest.mark.parametrize("name", [":(glob)*", ":!x", "sub", "a*", "-x"])
def test_subfolder_is_listed_by_its_own_paths(root: Path, name: str) -> None:
    (root / name / "configs").mkdir(parents=True)
    (root / name / "configs/a").touch()
    (root / "ab/configs").mkdir(parents=True)
    (root / "ab/configs/not this one").touch()
    committed(root)
    assert listed(root / name) == [Entry("configs/a", 0)]


def test_listing_refuses_the_same_as_reading(root: Path, tmp_path: Path) -> None:
    for path in ("../outside", "a\nb"):
        with pytest.raises(GitError, match="leads out of the repository"):
            listed(root, path)
    for ref, reported in {"--output=x": "cannot name a commit", "none": "fetch"}.items():
        with pytest.raises(GitError, match=reported):
            listed(root, ref=ref)
    for number, does in enumerate(("exit 3", "printf '100644 blob 00    BAD\\tconfigs/a\\0'", "printf 'nonsense\\0'")):
        script = f'case "$*" in *cat-file*) {RESOLVED};; *) {does};; esac'
        with pytest.raises(GitError, match="git fsck"):
            commit(root, search=program(tmp_path / str(number), script)).list_files("configs")


def test_ref_is_resolved_once(root: Path) -> None:
    before = git(root, "rev-parse", "HEAD")
    assert commit(root).hash == before
    committed(root)
    assert content(root, before) == b"as committed\n"
    assert content(root) == b"as changed\n"


@pytest.mark.parametrize("names", ["sha1", "sha256"])
def test_unchanged_content_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: str) -> None:
    root = tmp_path / names
    for name in ("one", "two", "empty"):
        (root / "configs" / f"{name}.yaml").parent.mkdir(parents=True, exist_ok=True)
        (root / "configs" / f"{name}.yaml").write_text("" if name == "empty" else name)
    git(root, "init", "--quiet", "--initial-branch=main", f"--object-format={names}")
    committed(root)
    asked: list[str] = []

    def counted(self: ObjectReader, names: Sequence[str]) -> list[GitObject] | None:
        asked.extend(name.partition(":")[2] for name in names if ":" in name)
        return read(self, names)

    main, read = commit(root), ObjectReader.read
    entries = main.list_files("configs")
    whole = main.read([entry.path for entry in entries])
    monkeypatch.setattr(ObjectReader, "read", counted)
    assert main.read_new(entries, whole) == whole
    assert asked == []
    changed = entries[0].path
    known = {**whole, changed: whole[changed] + b"\n"}
    assert main.read_new(entries, known) == whole
    assert asked == [changed]
    assert main.read_new(entries, {}) == whole


def test_missing_content_elsewhere_hides_no_file(root: Path) -> None:
    workflow = root / ".github/workflows/ci.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("on: push\n")
    committed(root)
    blob = git(root, "rev-parse", "HEAD:.github/workflows/ci.yml")
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    main = commit(root)
    assert [entry.path for entry in main.list_files("configs")] == [PATH]
    with pytest.raises(GitError, match="git fsck"):
        main.list_files(".github/workflows")


def test_reader_restarts_after_a_failure(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = tmp_path / "started"
    script = f'if [ -e {started} ]; then exec {shutil.which("git")} "$@"; fi; touch {started}; exec sleep 60'
    main = commit(root, search=program(tmp_path / "slow", script))
    with monkeypatch.context() as patch:
        patch.setattr(git_process, "SECONDS", 0.5)
        with pytest.raises(GitError, match="did not end in time"):
            main.read([PATH])
    assert main.read([PATH]) == {PATH: b"as committed\n"}


def test_reader_ends_with_its_repository(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    processes: list[subprocess.Popen[bytes]] = []

    class Kept(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", Kept)
    main = commit(root)
    assert (main.hash, main.read([PATH])) == (git(root, "rev-parse", "main"), {PATH: b"as committed\n"})
    reader = processes[0]
    assert reader.poll() is None
    del main
    assert reader.poll() is not None
