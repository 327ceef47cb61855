"""No program that a change or a stranger could have planted is started, as git, as sops or by sops."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from oauthgit import find_program as module
from oauthgit.find_program import find_program, search_path
from support.cli import Program, Result
from support.git import committed, git
from support.sops import FOLDERS, KEY

TEMPORARY = module.temporary_folders
OWN = str(Path(sys.executable).parent)


class Planted(NamedTuple):
    """A repository whose project is below its top, and the file that a planted program creates."""

    top: Path
    project: Path
    mark: Path

    def plant(self, folder: Path, *names: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names or ("git", "sops", "gpg", "age-plugin-x"):
            (folder / name).write_text(f"#!/bin/sh\ntouch {self.mark}\nexit 3\n")
            (folder / name).chmod(0o755)
        return folder

    def run(self, path: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "oauthgit", *arguments],
            cwd=self.project,
            env={"PATH": path, "SOPS_AGE_KEY_FILE": str(KEY), "PYTHONSAFEPATH": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "temporary_folders", TEMPORARY)


@pytest.fixture
def planted(sample: Path, programs: Path) -> Planted:
    """Return the sample as a project of a monorepo outside of temporary folders."""
    top = programs / "monorepo"
    shutil.copytree(sample, top / "services/oauth")
    committed(top)
    return Planted(top, top / "services/oauth", programs / "mark")


ONE = ("smoke", "insights-prod", "--sandbox")


@pytest.fixture
def user(planted: Planted, program: Program, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return the program in the project and in this process, called with a PATH and arguments."""
    monkeypatch.chdir(planted.project)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))

    def run(path: str, *arguments: str) -> Result:
        monkeypatch.setenv("PATH", path)
        return program(*arguments)

    return run


def places(planted: Planted, programs: Path, tmp_path: Path) -> dict[str, str]:
    """Return entries of a PATH by the case they try."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    inside = planted.plant(planted.top / "tools/bin")
    outside = programs / "outside"
    outside.mkdir()
    (outside / "folder").symlink_to(inside)
    for name in ("git", "sops"):
        (outside / name).symlink_to(inside / name)
    (planted.top / "link").symlink_to(planted.plant(programs / "elsewhere"))
    planted.plant(planted.project, "git", "sops")
    return {
        "the repository": str(inside),
        "the project": str(planted.plant(planted.project / "bin")),
        "TMPDIR": str(planted.plant(temporary)),
        "a folder in it": str(planted.plant(temporary / "a/b")),
        "everybody's folder": str(planted.plant(tmp_path / "a")),
        "the current folder": str(planted.project),
        "a relative one": "bin",
        "a dot": ".",
        "an empty one": "",
        "a way back": str(outside / ".." / "monorepo/tools/bin"),
        "a link to a folder": str(outside / "folder"),
        "a folder of links": str(outside),
        "a link of the repository": str(planted.top / "link"),
    }


@pytest.mark.parametrize("command", [("validate", "--base", "HEAD~1"), ONE, ("secrets", "set", "insights-prod", "hub")])
def test_planted_program_is_not_started(
    command: tuple[str, ...], planted: Planted, programs: Path, tmp_path: Path
) -> None:
    tried = places(planted, programs, tmp_path)
    committed(planted.top)
    result = planted.run(os.pathsep.join((*tried.values(), FOLDERS)), *command, TMPDIR=str(tmp_path / "temporary"))
    assert not planted.mark.exists()
    if command[0] != "secrets":
        assert result.returncode == 0, result.stdout + result.stderr


def test_every_writable_place_is_skipped(
    planted: Planted, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = places(planted, programs, tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.chdir(planted.project)
    root = str(planted.project)
    for name, folder in tried.items():
        found = {find_program(program, search_path(folder, root), root) for program in ("sops", "git")}
        assert found <= {f"{OWN}/sops", None}, name
        if name != "a folder of links":
            assert search_path(folder, root) == OWN, name


def test_programs_of_sops_are_searched_in_the_same_folders(planted: Planted, programs: Path, tmp_path: Path) -> None:
    """A real program in a trusted folder records its PATH."""
    trusted = programs / "trusted"
    trusted.mkdir()
    (trusted / "sops").write_text(f'#!/bin/sh\necho "$PATH" > {programs}/given\nexit 3\n')
    (trusted / "sops").chmod(0o755)
    tried = places(planted, programs, tmp_path)
    path = os.pathsep.join((*tried.values(), str(trusted), "/usr/bin"))
    planted.run(path, *ONE, TMPDIR=str(tmp_path / "temporary"))
    given = (programs / "given").read_text().strip().split(os.pathsep)
    assert given == [str(programs / "outside"), str(trusted), "/usr/bin", OWN]


def test_repository_around_submodule_or_worktree_counts(programs: Path, tmp_path: Path) -> None:
    top = programs / "super"
    (top / "tools").mkdir(parents=True)
    git(top, "init", "--quiet")
    sub = top / "vendor/sub"
    sub.mkdir(parents=True)
    (sub / ".git").write_text("gitdir: ../../.git/modules/sub\n")
    assert search_path(f"{top}/tools:/usr/bin", str(sub)) == f"/usr/bin:{OWN}"
    assert search_path(f"{top}/tools:/usr/bin", str(tmp_path)) == f"{top}/tools:/usr/bin:{OWN}"


def test_repository_in_a_home_repository_keeps_the_home_usable(programs: Path) -> None:
    """Some users keep their dotfiles in a repository; ~/.local/bin is theirs, not the project's."""
    project = programs / "projects/oauth"
    for folder in (programs, project):
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet")
    assert search_path(f"{programs}/.local/bin", str(project)) == f"{programs}/.local/bin:{OWN}"


@pytest.mark.parametrize("where", ["tools/venv", "."])
def test_running_virtual_environment_in_repository_is_trusted(
    where: str, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = planted.plant(planted.top / where / "bin", "sops")
    root = str(planted.project)
    assert find_program("sops", str(folder), root) is None
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    assert find_program("sops", search_path("", root), root) == str(folder / "sops")
    planted.plant(planted.top / "other", "sops")
    assert search_path(f"{planted.top}/other", root) == str(folder)


def test_readme_command_works_in_a_local_virtual_environment(planted: Planted) -> None:
    """The environment is real, with this one's packages and sops."""
    venv = planted.project / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--symlinks", venv], check=True, timeout=60)
    (library,) = venv.glob("lib/*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (library / "ours.pth").write_text("\n".join([str(Path(module.__file__).parents[1]), *ours]))
    sops = shutil.which("sops", path=FOLDERS)
    assert sops
    shutil.copy(sops, venv / "bin/sops")
    environment = {"PATH": "/usr/bin", "SOPS_AGE_KEY_FILE": str(KEY)}
    command = [".venv/bin/python", "-P", "-m", "oauthgit", *ONE]
    done = subprocess.run(command, cwd=planted.project, env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("text", [": : :", "creation_rules: x", "stores: {json: {indent: -1}}", "destination_rules: 1"])
def test_sops_configuration_in_temporary_files_is_ignored(
    text: str, planted: Planted, tmp_path: Path, user: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    (tmp_path / "temporary/.sops.yaml").write_text(text)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert planted.project == Path.cwd()
    result = user(FOLDERS, *ONE)
    assert result.code == 0, result.out


def test_missing_temporary_folder_is_handled(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(tempfile, "gettempdir", fail)
    assert search_path("/tmp:/usr/bin", str(planted.project)) == f"/usr/bin:{OWN}"  # noqa: S108 - skipped


def test_world_writable_folder_is_reported_with_verbose(programs: Path, user: Callable[..., Result]) -> None:
    folder = programs / "open"
    folder.mkdir()
    folder.chmod(0o777)
    path = f"{folder}:{FOLDERS}"
    words = f"folders that every user can write to: {folder}"
    assert words in user(path, *ONE, "-v").err
    assert words not in user(path, *ONE).err
    folder.chmod(0o755)
    assert words not in user(path, *ONE, "-v").err
