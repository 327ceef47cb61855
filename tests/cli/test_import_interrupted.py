"""A killed or interrupted import leaves all or nothing, and the secret of a table is in no argument and no file."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.forks import Forks, open_forks
from support.platform_tables import as_xlsx
from support.sops import FOLDERS, KEY, recipient

URL = "https://crm.example.org/oauth/token"
CANARY = "kR7-canary-9vT2xQ4mZ8pL"
ROWS = [
    ("model_id", "branch_id", "application", "oauth_server_id", "client", "client_secret", "token_endpoint"),
    ("CRM", "MAIN", "", "crm", "crm-main", CANARY, URL),
    ("CRM", "MAIN", "shop-prod", "crm", "crm-prod", f"{CANARY}-2", ""),
]
DRIVER = """
import os, signal, sys
from importlib import import_module
import oauthgit.cli.trust
oauthgit.cli.trust.has_terminal = lambda: True
_, module, name, when, number, *arguments = sys.argv
if module:
    home = import_module(module)
    function = getattr(home, name)
    def stand_in(*given, **more):
        if when == "before":
            os.kill(os.getpid(), int(number))
        result = function(*given, **more)
        os.kill(os.getpid(), int(number))
        return result
    setattr(home, name, stand_in)
from oauthgit.cli import main
sys.exit(main(arguments))
"""
SECRETS = "oauthgit.pipeline.operations.import_secrets"
COMMAND = "oauthgit.cli.commands.import_"
STEPS = (
    (COMMAND, "prepare_import", "after", False),
    (SECRETS, "encrypt_new", "after", False),
    (SECRETS, "check_encrypted", "before", False),
    (COMMAND, "replace_folder", "before", False),
    (COMMAND, "replace_folder", "after", True),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    (folder / "configs").mkdir(parents=True)
    (folder / "configs/oauthgit.yaml").write_text("kind: policy\n")
    rule = f"creation_rules:\n  - path_regex: ^configs/.*\\.secrets\\.yaml$\n    age: {recipient('demo')}\n"
    (folder / ".sops.yaml").write_text(rule)
    subprocess.run(("git", "init", "--quiet"), cwd=folder, check=True, timeout=60)
    (tmp_path / "t.xlsx").write_bytes(as_xlsx(ROWS))
    (tmp_path / "temporary").mkdir()
    return folder


IMPORT = ("import", "../t.xlsx", "--endpoint", URL)


def environment_of(root: Path) -> dict[str, str]:
    temporary = str(root.parent / "temporary")
    return {"PATH": FOLDERS, "SOPS_AGE_KEY_FILE": str(KEY), "TMPDIR": temporary, "XDG_CACHE_HOME": temporary}


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    """Start a process with the modules of the program."""
    with open_forks(DRIVER, {"PATH": FOLDERS}) as started:
        yield started


def settings_of(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "configs").rglob("*") if path.is_file())


def assert_nowhere(root: Path) -> None:
    for folder in (root, root.parent / "temporary"):
        for file in folder.rglob("*"):
            assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file


ALL = ["MAIN.secrets.yaml", "MAIN.yaml", "oauthgit.yaml", "shop-prod.secrets.yaml", "shop-prod.yaml"]


@pytest.mark.parametrize("number", ["9", "2"])
@pytest.mark.parametrize("step", STEPS)
def test_death_at_a_step_leaves_all_or_nothing(
    root: Path, step: tuple[str, str, str, bool], number: str, forks: Forks
) -> None:
    *names, is_written = step
    code, *outputs = forks((*map(str, names), number, *IMPORT), root, environment_of(root))
    output = b"".join(outputs)
    # an interruption after the last step is too late: the files are there, and the run ends as usual
    assert code in ({-9, 1} if is_written else {-9, 130}), output
    assert settings_of(root) == (ALL if is_written else ["oauthgit.yaml"])
    assert CANARY.encode() not in output
    assert_nowhere(root)


def test_secret_is_in_no_argument_of_any_process(root: Path) -> None:
    process = subprocess.Popen(
        (sys.executable, "-B", "-c", DRIVER, "", "", "", "", *IMPORT),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment_of(root),
        cwd=root,
    )
    seen = set()
    while process.poll() is None:
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                for name in ("cmdline", "environ"):
                    try:
                        content = (folder / name).read_bytes()
                    except OSError:
                        continue
                    assert CANARY.encode() not in content
                    if name == "cmdline":
                        seen.add(content.split(b"\0")[0].rpartition(b"/")[2])
        time.sleep(0.002)
    output = process.communicate()[0]
    assert settings_of(root) == ALL
    assert b"sops" in seen, "the test is too slow to see anything"
    assert CANARY.encode() not in output
    assert_nowhere(root)
    assert [*(root.parent / "temporary").iterdir()] == []
