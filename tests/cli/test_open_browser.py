"""The browser of a login: the person's own program, outside the repository, with the address and no key."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from oauthgit.cli.open_browser import open_browser

URL = "https://login.example.com/auth?client_id=a&scope=openid%20x&state=s"
RECORDER = """#!{python}
import json, os, sys
with open({record!r}, "w") as file:
    json.dump([sys.argv[1:], dict(os.environ)], file)
"""

pytestmark = pytest.mark.posix


def plant(folder: Path, name: str, record: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(RECORDER.format(python=sys.executable, record=str(record)))
    (folder / name).chmod(0o755)
    return folder / name


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "repository/.git").mkdir(parents=True)
    return tmp_path / "repository"


def test_browser_gets_the_address_only_and_no_key(tmp_path: Path, root: Path) -> None:
    record = tmp_path / "record"
    program = plant(tmp_path / "programs", "my-browser", record)
    keys = {"SOPS_AGE_KEY": "x", "CRM_SECRET": "x", "SOPS_AGE_KEY_FILE": "x", "TERM": "xterm"}
    environment = {"PATH": os.defpath, "BROWSER": str(program), "HOME": "/home/me", **keys}
    assert open_browser(URL, str(root), environment, frozenset({"CRM_SECRET"}))
    arguments, given = json.loads(record.read_text())
    assert arguments == [URL]
    assert given["HOME"] == "/home/me"
    assert not keys.keys() & given.keys()


@pytest.mark.parametrize("way", ["BROWSER", "BROWSER by name", "relative", "PATH"])
def test_program_of_the_repository_is_not_started(
    way: str, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = tmp_path / "record"
    name = "www-browser" if way == "PATH" else "my-browser"
    program = plant(root / "bin", name, record)
    monkeypatch.chdir(root)
    named = {"BROWSER": str(program), "BROWSER by name": name, "relative": f"bin/{name} %s"}.get(way, "")
    environment = {"PATH": f"{root}/bin", "BROWSER": named, "TERM": "xterm", "DISPLAY": ":0"}
    assert not open_browser(URL, str(root), environment, frozenset())
    assert not record.exists()


@pytest.mark.parametrize("character", ["$(id)", "`id`", ";id", "'", "|id", " x", "\\", "\x1b[0m"])
def test_address_that_a_script_could_execute_is_not_opened(character: str, tmp_path: Path, root: Path) -> None:
    record = tmp_path / "record"
    program = plant(tmp_path / "programs", "my-browser", record)
    assert not open_browser(f"{URL}{character}", str(root), {"PATH": os.defpath, "BROWSER": str(program)}, frozenset())
    assert not record.exists()


def test_failing_and_absent_browsers_are_reported(tmp_path: Path, root: Path) -> None:
    program = tmp_path / "programs/my-browser"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    environment = {"PATH": str(tmp_path / "nothing"), "BROWSER": f"{program}"}
    assert not open_browser(URL, str(root), environment, frozenset())
    assert not open_browser(URL, str(root), {"PATH": str(tmp_path / "nothing"), "BROWSER": '"'}, frozenset())
    unbalanced = {"PATH": str(tmp_path / "nothing"), "BROWSER": f"{program} '%s"}
    assert not open_browser(URL, str(root), unbalanced, frozenset())


def test_browser_that_ends_only_when_closed_does_not_block(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oauthgit.cli.open_browser._SECONDS", 0.3)
    program = tmp_path / "programs/my-browser"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nsleep 2\n")
    program.chmod(0o755)
    began = time.monotonic()
    assert open_browser(URL, str(root), {"PATH": os.defpath, "BROWSER": str(program)}, frozenset())
    assert time.monotonic() - began < 1.5


def test_browser_after_a_slow_failure_gets_no_key(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that fails late is followed by the next one, when the command has gone on."""
    monkeypatch.setattr("oauthgit.cli.open_browser._SECONDS", 0.1)
    record = tmp_path / "record"
    first, second = tmp_path / "programs/first", plant(tmp_path / "programs", "second", record)
    first.write_text("#!/bin/sh\nsleep 0.5\nexit 1\n")
    first.chmod(0o755)
    keys = {"SOPS_AGE_KEY": "x", "CRM_SECRET": "x"}
    environment = {"PATH": f"{root}/bin{os.pathsep}{os.defpath}", "BROWSER": f"{first}:{second}", **keys}
    with monkeypatch.context() as patched:
        for name, value in environment.items():
            patched.setenv(name, value)
        assert open_browser(URL, str(root), environment, frozenset({"CRM_SECRET"}))
        end = time.monotonic() + 10
        while not (record.exists() and record.read_text().endswith("]")):
            assert time.monotonic() < end
            time.sleep(0.02)
    arguments, given = json.loads(record.read_text())
    assert arguments == [URL]
    assert not keys.keys() & given.keys()
    assert str(root) not in given["PATH"]


def test_browser_has_no_share_in_output_and_terminal(
    tmp_path: Path, root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program, record = tmp_path / "programs/my-browser", tmp_path / "record"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho Opening.; echo Warning. >&2; ps -o sid= $$ > {record}; cat\n")
    program.chmod(0o755)
    assert open_browser(URL, str(root), {"PATH": os.defpath, "BROWSER": str(program)}, frozenset())
    assert capfd.readouterr() == ("", "")
    assert int(record.read_text()) != os.getsid(0), "Ctrl-C does not reach it"
