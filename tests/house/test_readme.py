"""Run the README as a newcomer does: its commands work, and it shows their output (``pytest --update`` writes it)."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from support.cli import Program
from support.golden import Golden
from support.paths import REPOSITORY

README = REPOSITORY / "README.md"
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)
CONSOLE = re.compile(r"(?<=```console\n)\$ oauthgit ([^\n]+)\n(.*?)(?=```)", re.DOTALL)
BRANCH = "configs/branches/EXAMPLE/MAIN.yaml"
# The edits that the text describes, by the command before which they are made: line, its new text.
EDITS = {
    "validate": [(12, "grant_types: [client_credential]")],
    "explain": [(12, "grant_types: [client_credentials]")],
    "diff": [(13, "scopes: [contacts.read, contacts.delete]")],
}


def test_first_block_has_two_commands() -> None:
    block = SHELL.search(README.read_text())
    assert block
    commands = block[1].splitlines()
    assert len(commands) == 2
    assert commands[0].endswith("oauthgit smoke --sandbox")
    assert commands[1].endswith("poe check")


def test_commands_print_what_readme_shows(
    tmp_path: Path, program: Program, golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = README.read_text()
    _, start, variable, _ = SHELL.findall(text)
    folder = _start_project(tmp_path, start)
    monkeypatch.chdir(folder)
    monkeypatch.setattr("oauthgit.pipeline.check.perf_counter", iter([0, 0.02] * 10).__next__)
    monkeypatch.setenv(*variable.removeprefix("export ").strip().split("="))

    def run(shown: re.Match[str]) -> str:
        for line, new in EDITS.get(shown[1].split()[0], ()):
            assert f"line {line} to `{new}`" in text or f"line back to `{new}`" in " ".join(text.split())
            _replace_line(folder / BRANCH, line, new)
        return f"$ oauthgit {shown[1]}\n{program(*shlex.split(shown[1])).out}"

    golden(README, CONSOLE.sub(run, text))


def _start_project(root: Path, script: str) -> Path:
    """Run the commands that start a project in a new home, as written, and return the project's folder."""
    (root / "clone").mkdir()
    environment = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}", "HOME": str(root)}
    subprocess.run(["bash", "-e", "-c", script], cwd=root / "clone", env=environment, check=True, timeout=60)
    return root / "oauth-settings"


def _replace_line(path: Path, number: int, new: str) -> None:
    """Replace a line by ``new``, which sets the same key, and keep its indentation."""
    lines = path.read_text().splitlines(keepends=True)
    old = lines[number - 1]
    key = new.partition(":")[0]
    assert old.lstrip().startswith(f"{key}:")
    lines[number - 1] = f"{old[: old.index(key)]}{new}\n"
    path.write_text("".join(lines))
