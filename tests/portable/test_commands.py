"""Commands on a checkout as Windows has it, with CRLF and its own separators, and real git and sops."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from oauthgit import discover as discover_package
from oauthgit.cli.commands import secrets
from oauthgit.decrypt import age_keys, sops_environment
from oauthgit.find_program import _find_exe, _find_executable
from support.cli import Program
from support.git import committed, git
from support.sops import FOLDERS, KEY

LAYER = Path("configs/branches/INSIGHTS/MAIN.yaml")
SECRETS = Path("configs/iam_applications/insights-prod.secrets.yaml")
CANARY = "kV3x9Qm2Lr8Tn5Wb7Yc4Zd6FhJcanary"


@pytest.fixture
def checkout(sample: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose files have LF in git and CRLF in the working tree."""
    assert program("--version").code == 0
    committed(sample)
    git(sample, "config", "core.autocrlf", "true")
    for path in (sample / ".sops.yaml", *sample.rglob("configs/**/*.*")):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    for name, value in {"PATH": FOLDERS, "SOPS_AGE_KEY_FILE": str(KEY)}.items():
        monkeypatch.setenv(name, value)
    return sample


def read(program: Program, *arguments: str) -> Any:
    result = program(*arguments, "--format", "json")
    assert result.code in {0, 1}, result.err
    return json.loads(result.out)


def test_line_endings_of_a_checkout_are_no_change(checkout: Path, program: Program) -> None:
    assert LAYER.read_bytes().count(b"\r\n") > 9
    assert read(program, "validate")["findings"] == []
    assert read(program, "validate", "--base", "HEAD")["findings"] == []
    found = read(program, "diff", "HEAD")["differences"]
    assert (found["headline"], found["targets"], found["edits"], found["policy"]) == ("no target changes", [], [], [])
    assert program("validate", str(LAYER)).code == program("validate", str(checkout / LAYER)).code == 0
    assert program("validate", str(checkout.parent)).code == 2


@pytest.mark.parametrize("follows", [False, True])
def test_link_as_sops_rules_is_not_read(
    follows: bool,  # noqa: FBT001 - a parameter of a test
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if follows:  # like Windows, whose open() cannot refuse links
        monkeypatch.delattr(os, "O_NOFOLLOW", raising=False)
        monkeypatch.setattr(discover_package, "READ_FLAGS", os.O_RDONLY)
    elif not hasattr(os, "O_NOFOLLOW"):
        pytest.skip("this system cannot refuse links")
    (sample / ".sops.yaml").replace(tmp_path / "elsewhere")
    try:
        (sample / ".sops.yaml").symlink_to(tmp_path / "elsewhere")
    except OSError:
        pytest.skip("this user may not make links")
    workspace, findings = discover_package.discover(sample)
    assert ".sops.yaml" not in {file.path for file in workspace.files}
    assert [(found.code, found.location.file) for found in findings] == [("OG001", ".sops.yaml")]


def test_fix_keeps_the_line_endings(checkout: Path, program: Program) -> None:
    layer = next(path for path in checkout.rglob("configs/branches/*/*.yaml") if b"grant_types: [" in path.read_bytes())
    text = layer.read_bytes()
    layer.write_bytes(text.replace(b"grant_types: [client_credentials", b"grant_type: [client_credentials", 1))
    assert layer.read_bytes() != text
    program("validate", "--fix", "--unsafe-fixes")
    assert layer.read_bytes() == text


def test_smoke_and_set_work_with_real_sops(checkout: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    before = SECRETS.read_bytes()
    assert program("smoke", "--sandbox", "insights-prod").code == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{CANARY}\r\n".encode())))
    monkeypatch.setattr("oauthgit.cli.confirm_access.confirm", lambda *_: True)
    monkeypatch.setattr(secrets, "has_prompt", lambda: False, raising=False)
    result = program("secrets", "set", "insights-prod", "hub")
    assert result.code == 0, result.err
    assert SECRETS.read_bytes() != before
    assert CANARY.encode() not in SECRETS.read_bytes()
    assert program("smoke", "--sandbox", "insights-prod").code == 0
    assert not list(checkout.rglob(".oauthgit-*"))


def test_init_creates_a_project_that_validates(
    tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert program("init", "project").code == 0
    assert program("-C", "project", "validate").code == 0


def test_old_console_gets_escapes_and_plain_line_breaks(sample: Path) -> None:
    layer = sample / "configs/branches/INSIGHTS/MAIN.yaml"
    layer.write_bytes(layer.read_bytes() + "\u0142: 1\n".encode())
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    command = [sys.executable, "-m", "oauthgit", "validate"]
    done = subprocess.run(command, cwd=sample, env=environment, capture_output=True, check=False, timeout=60)
    assert done.returncode == 1, done.stderr
    assert b"\\u0142" in done.stdout
    assert b"\r" not in done.stdout


def test_command_for_keys_may_contain_backslashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age_keys, "_ESCAPE", "")
    assert age_keys._split(r'C:\tools\pass.exe show "my key" a\b') == [r"C:\tools\pass.exe", "show", "my key", r"a\b"]  # noqa: SLF001 - the rule of Windows
    with pytest.raises(ValueError, match="quot"):
        age_keys._split('"open')  # noqa: SLF001 - as above


def test_only_exe_files_are_programs_on_windows(tmp_path: Path) -> None:
    for name in ("sops", "sops.bat", "sops.cmd", "git.exe"):
        (tmp_path / name).write_bytes(b"")
    assert _find_exe("sops", str(tmp_path)) is None
    assert _find_exe("git", str(tmp_path)) == str(tmp_path / "git.exe")
    assert _find_exe("git.EXE", str(tmp_path / "missing")) is None
    assert _find_executable("git", str(tmp_path / "missing")) is None


def test_ssh_key_is_linked_where_symbolic_links_are_forbidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, private = tmp_path / "person", tmp_path / "private"
    (home / ".ssh").mkdir(parents=True)
    private.mkdir()
    (home / ".ssh/id_ed25519").write_text("key")
    (home / ".ssh/id_rsa").write_text("other")

    def forbidden(*_: object, **__: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", forbidden)
    environment = {"USERPROFILE": str(home)}
    assert sops_environment._link_ssh_keys(private, environment) == ()  # noqa: SLF001 - a step of it
    assert (private / ".ssh/id_ed25519").read_text() == "key"
    monkeypatch.setattr(Path, "hardlink_to", forbidden)
    (private / ".ssh/id_ed25519").unlink()
    (unused, _) = sops_environment._link_ssh_keys(private, environment)  # noqa: SLF001 - as above
    assert "SOPS_AGE_SSH_PRIVATE_KEY_FILE" in unused
