"""``secrets show``: a secret reaches a person at a real terminal, and nothing and nobody else."""

import json
import os
import select
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from support.cli import Program
from support.coverage_variables import coverage_variables
from support.forks import ModuleForks, Screen
from support.git import committed, edit, git
from support.paths import REPOSITORY
from support.sops import FOLDERS, KEY, encrypted, run_sops
from support.terminal import open_terminal

pytestmark = pytest.mark.measured_children

PROD = "configs/iam_applications/insights-prod"
NAME = "iam_application/insights-prod"
TOKEN = "https://login.insights.example.com/oauth/token"
CANARY = "c4n4ry-7b9f-3e21-aa50"
SHOW = ("secrets", "show", "insights-prod", "hub")
RECORDER = """#!/bin/sh
cat > {records}/stdin
printf '%s\\n' "$0" "$@" > {records}/arguments
env > {records}/environment
exit {code}
"""


class Shown(NamedTuple):
    """What a run printed to its streams and on its terminal."""

    code: int
    out: str
    err: str
    screen: str


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository without a remote, in which hub of insights-prod has a known secret; tests copy it."""
    root = tmp_path_factory.mktemp("shown") / "repository"
    shutil.copytree(REPOSITORY / "configs", root / "configs")
    shutil.copy(REPOSITORY / ".sops.yaml", root)
    entry = {"client_secret": CANARY, "send_only_to": [TOKEN, "https://login.insights.example.com/oauth/revoke"]}
    run_sops("set", root / f"{PROD}.secrets.yaml", '["oauth_servers"]["hub"]', json.dumps(entry))
    committed(root)
    return root


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    return shutil.copytree(repository, tmp_path / "repository")


def run(
    root: Path,
    *arguments: str,
    types: str = "",
    piped: bool = False,
    terminal: bool = True,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Shown:
    """Run the program with a real terminal; ``piped``: its standard output is a pipe, as before ``| cat``."""
    environment = {"PATH": FOLDERS, "SOPS_AGE_KEY_FILE": str(KEY), **coverage_variables(), **variables}
    with open_terminal() as tty:
        forks = FORKS.start()
        forks.start(
            arguments,
            root,
            {name: value for name, value in environment.items() if value},
            screen=Screen(tty, terminal, not piped),
        )
        screen, end, typed = "", time.monotonic() + 60, False
        while time.monotonic() < end:
            if select.select([tty.master], [], [], 0.02)[0]:
                screen += os.read(tty.master, 65536).decode()
            elif not forks.is_running():
                break
            if types and not typed and "[y/N]" in screen:
                tty.type(types)
                typed = True
        code, out, err = forks.finish()
    return Shown(code, out.decode(), err.decode(), screen)


FORKS = ModuleForks("from oauthgit.cli import entry; entry()")


@pytest.fixture(scope="module", autouse=True)
def end_forks() -> Iterator[None]:
    yield
    FORKS.end()


def test_secret_is_printed_on_the_terminal_only(root: Path) -> None:
    shown = run(root, *SHOW)
    assert (shown.code, shown.screen) == (0, f"{CANARY}\r\n"), shown
    assert CANARY not in shown.err
    assert f'secret of hub in {NAME}, for {TOKEN}, client "insights-production"' in shown.err


def test_command_of_the_checklist_prints_the_secret(
    root: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    run_sops("set", root / f"{PROD}.secrets.yaml", '["oauth_servers"]["hub"]["client_secret"]', f'"{CANARY}x"')
    checklist = program("diff", "--format", "checklist").out
    (command,) = {
        line.partition("oauthgit ")[2].rstrip(")") for line in checklist.splitlines() if "secrets show" in line
    }
    shown = run(root, *command.split())
    assert (shown.code, shown.screen) == (0, f"{CANARY}x\r\n"), shown


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        ("pipe", "standard output is a pipe or a file"),
        ("no terminal", "a person at a terminal only"),
        ("GitHub", "never in CI"),
        ("any CI", "never in CI"),
        ("json", "a report never contains a secret"),
        ("report", "a report never contains a secret"),
        ("no terminal, clip", "a person at a terminal only"),
    ],
)
def test_nobody_else_gets_the_secret(root: Path, situation: str, words: str) -> None:
    options = {
        "json": ("--format", "json"),
        "report": ("--output", "json=report.json"),
        "no terminal, clip": ("--clip",),
    }
    variables = {"GitHub": {"GITHUB_ACTIONS": "true"}, "any CI": {"CI": "true"}}.get(situation, {})
    is_there = not situation.startswith("no terminal")
    shown = run(
        root, *SHOW, *options.get(situation, ()), piped=situation == "pipe", terminal=is_there, variables=variables
    )
    assert (shown.code, shown.out, words in shown.err) == (2, "", True), shown
    assert CANARY not in "".join(map(str, shown))
    assert not (root / "report.json").exists()


def test_quiet_and_verbose_do_not_log_the_secret(root: Path) -> None:
    for option in ("-q", "-v"):
        shown = run(root, *SHOW, option)
        assert (shown.code, shown.screen, CANARY in shown.err) == (0, f"{CANARY}\r\n", False)


@pytest.mark.parametrize(
    ("change", "words", "code"),
    [
        ("moved endpoint", f"have someone with the key run `oauthgit secrets pin {NAME} hub`", 2),
        ("other layer", f"{PROD}.secrets.yaml", 7),
        ("no pin", "not pinned", 2),
        ("plain", "OG501 secret-plaintext", 2),
        ("from_env", "the environment variable HUB_SECRET", 2),
        ("errors", "the endpoint of the secret is not certain", 2),
        ("no key", f"{PROD}.secrets.yaml", 7),
        ("unknown server", "has no server nothing", 2),
        ("key service", "OG505 sops-key-type-forbidden", 2),
        ("escape", "U+001B", 2),
    ],
)
def test_secret_that_smoke_would_not_send_is_not_shown(root: Path, change: str, words: str, code: int) -> None:
    layer, file = root / f"{PROD}.yaml", root / f"{PROD}.secrets.yaml"
    arguments: tuple[str, ...] = SHOW
    variables: dict[str, str] = {}
    if change == "moved endpoint":
        edit(root, f"{PROD}.yaml", TOKEN, "https://login.insights.example.com/steal")
    elif change == "other layer":
        file.write_bytes((root / "configs/iam_applications/insights-test.secrets.yaml").read_bytes())
    elif change in {"no pin", "escape"}:
        entry = {"client_secret": f"{CANARY}\x1b[0m" if change == "escape" else CANARY}
        data: dict[str, Any] = {"kind": "secrets", "for": NAME, "oauth_servers": {"hub": entry}}
        if change == "escape":
            data["oauth_servers"] = {"hub": entry | {"send_only_to": TOKEN}}
        file.write_bytes(encrypted(json.dumps(data), "demo"))
    elif change in {"plain", "from_env"}:
        secret = CANARY if change == "plain" else "{from_env: HUB_SECRET}"
        file.unlink()
        layer.write_text(layer.read_text().replace("  hub:\n", f"  hub:\n    client_secret: {secret}\n"))
        variables = {"HUB_SECRET": CANARY}
    elif change == "errors":
        edit(root, f"{PROD}.yaml", "token_endpoint:", "token_endpiont:")
    elif change == "no key":
        variables = {"SOPS_AGE_KEY_FILE": ""}
    elif change == "key service":
        vault = "    hc_vault:\n        - vault_address: http://127.0.0.1:9\n          engine_path: a\n          key_name: b\n"
        file.write_text(file.read_text().replace("\nsops:\n", f"\nsops:\n{vault}"))
    else:
        arguments = (*SHOW[:-1], "nothing")
    shown = run(root, *arguments, variables=variables)
    assert (shown.code, words in shown.err, shown.screen) == (code, True, ""), shown
    assert CANARY not in shown.err


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2)])
def test_untrusted_host_has_to_be_confirmed(root: Path, typed: str, code: int) -> None:
    """Somebody with the key pinned the new host, but the trusted policy does not list it."""
    moved = "https://login.elsewhere.test/token"
    edit(root, f"{PROD}.yaml", TOKEN, moved)
    run_sops("set", root / f"{PROD}.secrets.yaml", '["oauth_servers"]["hub"]["send_only_to"]', f'"{moved}"')
    shown = run(root, *SHOW, types=typed)
    assert f"host login.elsewhere.test is not in trusted_hosts: hub in {NAME}, for {moved}" in shown.screen
    assert (shown.code, CANARY in shown.screen, CANARY in shown.err) == (code, code == 0, False), shown


def test_client_cannot_forge_the_question(root: Path) -> None:
    moved = "https://login.elsewhere.test/token"
    edit(root, f"{PROD}.yaml", TOKEN, moved)
    edit(
        root,
        f"{PROD}.yaml",
        "insights-production",
        '"x, for https://good.test\\nit is in trusted_hosts\\nNote: press y"',
    )
    run_sops("set", root / f"{PROD}.secrets.yaml", '["oauth_servers"]["hub"]["send_only_to"]', f'"{moved}"')
    first, *_ = run(root, *SHOW, types="n\n").screen.splitlines()
    assert first.startswith("host login.elsewhere.test is not in trusted_hosts")
    assert "press y" in first, "a line break in a client id begins no line"


def test_policy_of_a_change_does_not_count(root: Path) -> None:
    """The remote's default branch decides; the tree adds a host and a type of key."""
    git(root, "remote", "add", "origin", "https://github.com/acme/settings")
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(root, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    assert run(root, *SHOW).code == 0
    moved = "https://login.elsewhere.test/token"
    edit(root, "configs/oauthgit.yaml", "trusted_hosts:\n", "trusted_hosts:\n  - login.elsewhere.test\n")
    edit(root, f"{PROD}.yaml", TOKEN, moved)
    run_sops("set", root / f"{PROD}.secrets.yaml", '["oauth_servers"]["hub"]["send_only_to"]', f'"{moved}"')
    shown = run(root, *SHOW, types="n\n")
    assert (shown.code, CANARY in shown.screen) == (2, False)
    git(root, "symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
    shown = run(root, *SHOW)
    assert (shown.code, "nothing was shown: " in shown.err, "git remote set-head origin --auto" in shown.err) == (
        2,
        True,
        True,
    )


# The clipboard.


def plant(folder: Path, name: str, code: int = 0) -> Path:
    """Write a program that records what it gets; return the folder of its records."""
    records = folder / f"records-{name}"
    records.mkdir(parents=True)
    (folder / name).write_text(RECORDER.format(records=records, code=code))
    (folder / name).chmod(0o755)
    return records


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("wl-copy", {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/0"}),
        ("xclip", {"DISPLAY": ":0"}),
        ("xsel", {"DISPLAY": ":0"}),
        ("pbcopy", {}),
        ("clip.exe", {}),
    ],
)
def test_clipboard_gets_the_secret_on_standard_input(
    root: Path, programs: Path, name: str, variables: dict[str, str]
) -> None:
    records = plant(programs, name)
    given = {"PATH": f"{programs}:{FOLDERS}", "AWS_SECRET_ACCESS_KEY": "x"}
    shown = run(root, *SHOW, "--clip", piped=True, variables={**given, **variables})
    assert (shown.code, shown.out, shown.screen) == (0, "", ""), shown
    assert f"copied with {name}" in shown.err
    assert (records / "stdin").read_text() == CANARY
    assert CANARY not in (records / "arguments").read_text() + (records / "environment").read_text() + shown.err
    names = {line.partition("=")[0] for line in (records / "environment").read_text().splitlines()}
    assert names <= {*variables, "PATH", "HOME", "LANG", "TMPDIR", "PWD", "SHLVL", "_", "OLDPWD"}


def test_program_without_its_display_is_not_started(root: Path, programs: Path) -> None:
    records = plant(programs, "xclip")
    shown = run(root, *SHOW, "--clip", variables={"PATH": f"{programs}:{FOLDERS}"})
    assert (shown.code, "none of these programs was found" in shown.err, CANARY in shown.screen) == (2, True, False)
    assert not list(records.iterdir())


def test_clipboard_program_of_the_repository_is_not_started(root: Path) -> None:
    records = plant(root / "bin", "pbcopy")
    shown = run(root, *SHOW, "--clip", variables={"PATH": f"{root}/bin:{FOLDERS}"})
    assert (shown.code, "outside the repository" in shown.err) == (2, True), shown
    assert not list(records.iterdir())


def test_failed_clipboard_program_is_reported(root: Path, programs: Path) -> None:
    plant(programs, "pbcopy", code=1)
    shown = run(root, *SHOW, "--clip", variables={"PATH": f"{programs}:{FOLDERS}"})
    assert (shown.code, "pbcopy failed" in shown.err, CANARY in shown.err) == (2, True, False), shown
