"""Inputs from public bug reports: what is printed, suppressed and decrypted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.cli import Program
from support.sops import KEY

CASES = Path(__file__).parent


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the folder that begins with the number in the test's name, as the working directory."""
    number = request.node.name.split("_")[2]
    (source,) = CASES.glob(f"{number}-*")
    folder = tmp_path / source.name
    shutil.copytree(source, folder)
    monkeypatch.chdir(folder)
    return folder


def test_case_10_console_gets_escaped_characters(case: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "oauthgit", "validate"],
        cwd=case,
        env={"PATH": os.defpath, "HOME": str(case), "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"warning[OG411]" in done.stdout
    assert rb"login.\u0441rm.example.com" in done.stdout


@pytest.mark.usefixtures("case")
def test_case_18_blank_that_only_looks_so_is_reported(program: Program) -> None:
    result = program("validate")
    assert result.code == 1
    assert "app-prod.yaml:9:25: error[OG007]" in result.out
    assert "U+00A0 in it only looks like a blank" in result.out


@pytest.mark.usefixtures("case")
def test_case_20_emoji_in_a_comment_is_no_error(program: Program) -> None:
    assert program("validate", "-q") == (0, "", "")


@pytest.mark.usefixtures("case")
def test_case_01_comment_regex_of_sops_is_accepted(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(KEY))
    assert program("validate", "-q") == (0, "", "")
    assert program("smoke", "--sandbox", "-q") == (0, "", "")


def test_case_22_default_ssh_key_opens_the_file(case: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(case / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    result = program("smoke", "--sandbox")
    assert result.code == 0, result.out
    assert "1 accepted" in result.out
