"""A user's machine: a real terminal, and repositories with and without a remote."""

import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.attacked_project import CANARY, POLICY, VARIABLE, World, move_pin
from support.ci_job import outcomes
from support.cli import Result
from support.coverage_variables import coverage_variables
from support.git import committed, git
from support.sops import FOLDERS, KEY
from support.terminal import open_terminal

pytestmark = pytest.mark.measured_children

URL = "https://github.com/acme/settings"
PIN = "the-pin-of-a-variable"


def smoke(root: Path, *arguments: str, types: str = "", terminal: bool = True) -> tuple[Result, str]:
    """Run smoke in ``root`` with its own terminal or none; return the result and the terminal's text."""
    environment = {"PATH": FOLDERS, "SOPS_AGE_KEY_FILE": str(KEY), VARIABLE: CANARY, **coverage_variables()}
    command = [sys.executable, "-m", "oauthgit", "smoke", "--format", "json", *arguments]
    with (
        open_terminal() as tty,
        subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=tty.take if terminal else None,  # noqa: PLW1509 - one system call
        ) as running,
    ):
        shown = ""
        if types:
            end = time.monotonic() + 20
            while "[y/N]" not in shown and time.monotonic() < end:
                if select.select([tty.master], [], [], 0.1)[0]:
                    shown += os.read(tty.master, 65536).decode()
            tty.type(types)
        out, err = running.communicate(timeout=60)
    assert CANARY not in out + err + shown
    return Result(running.returncode, out, err), shown


@pytest.fixture
def fresh(world: World, tmp_path: Path) -> Path:
    """Return a local repository: no remote, and one commit with the attacker's pin."""
    copy = tmp_path / "fresh"
    shutil.copytree(world.clone, copy, ignore=shutil.ignore_patterns(".git"))
    committed(copy)
    return copy


def test_repository_without_a_remote_uses_its_own_settings(fresh: Path) -> None:
    result, _ = smoke(fresh)
    assert (result.code, outcomes(result)) == (0, {"accepted"})
    without, _ = smoke(fresh, terminal=False)
    assert (without.code, without.out) == (2, ""), "without a terminal, the rule of CI applies"


@pytest.mark.parametrize("name", ["origin", "company", "upstream"])
def test_fetched_change_without_refs_grants_nothing(name: str, fresh: Path, world: World) -> None:
    move_pin(fresh, world.eve)
    committed(fresh)
    git(fresh, "remote", "add", name, URL)
    before = world.eve.connections
    result, _ = smoke(fresh)
    assert (result.code, result.out) == (2, "")
    assert f"git remote set-head {name} --auto" in result.err
    assert world.eve.connections == before


@pytest.mark.parametrize("remote", ["origin", "company"])
def test_clone_uses_the_default_branch_of_its_remote(remote: str, world: World, tmp_path: Path) -> None:
    clone = world.check_out(tmp_path, PIN, URL)
    if remote != "origin":
        git(clone, "remote", "rename", "origin", remote)
        git(clone, "checkout", "--quiet", "--detach", f"refs/remotes/{remote}/evil")
    before = world.eve.connections
    result, _ = smoke(clone)
    assert result.code == 1
    assert world.eve.connections == before
    notes = [finding for finding in json.loads(result.out)["findings"] if finding["code"] == "OG707"]
    commit = git(clone, "rev-parse", f"refs/remotes/{remote}/main")[:12]
    assert any(note["location"]["line"] > 1 for note in notes)
    assert all(f"the policy in {remote}/main ({commit}) of {URL} does not grant" in note["message"] for note in notes)


def test_unset_default_branch_must_be_named(world: World, tmp_path: Path) -> None:
    clone = world.check_out(tmp_path, "main", URL)
    git(clone, "symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
    result, _ = smoke(clone)
    assert result.code == 2
    assert "git remote set-head origin --auto" in result.err
    result, _ = smoke(clone, "--authority", "origin/main")
    assert (result.code, outcomes(result)) == (0, {"accepted"})
    git(clone, "update-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/evil")
    result, _ = smoke(clone)
    assert result.code == 2, "a branch of the server that is called HEAD is no symbolic ref"
    git(clone, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/renamed")
    assert smoke(clone)[0].code == 2


def test_person_may_trust_the_working_tree(world: World, tmp_path: Path) -> None:
    clone = world.check_out(tmp_path, PIN, URL)
    before = world.eve.secure.connections
    result, _ = smoke(clone, "--trust-working-tree")
    assert outcomes(result) == {"accepted", "unreachable"}, "the certificates of the good server are no longer trusted"
    assert world.eve.secure.connections > before
    without, _ = smoke(clone, "--trust-working-tree", terminal=False)
    assert (without.code, without.out) == (2, "")


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\x04", 2)])
def test_folder_outside_of_git_prompts(answer: str, code: int, fresh: Path) -> None:
    shutil.rmtree(fresh / ".git")
    result, shown = smoke(fresh, types=answer)
    assert result.code == code
    assert f"{POLICY}:4:3: trusted_hosts gains 127.0.0.1" in shown
    assert f"env_secrets lets {VARIABLE} go to https://127.0.0.1" in shown


def test_folder_outside_of_git_is_refused_in_ci(fresh: Path) -> None:
    shutil.rmtree(fresh / ".git")
    assert smoke(fresh, terminal=False)[0].code == 2
