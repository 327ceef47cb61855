"""Consoles with an old code page: characters that they do not have are escaped, in every command."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from oauthgit.cli.arguments import COMMANDS
from support.forks import Forked, Forks, open_forks
from support.git import committed
from support.paths import REPOSITORY
from support.sops import FOLDERS, KEY
from support.terminal import open_terminal

BRANCH = "configs/branches/M/MAIN.yaml"
FILES = {
    "configs/oauthgit.yaml": """\
kind: policy
trusted_hosts: [login.\u0441rm.example.com]
env_secrets: {CRM_SECRET: "https://login.\u0441rm.example.com/oauth/token"}
""",
    BRANCH: """\
kind: branch
model: M
branch: MAIN
oauth_servers:
  crm:
    token_endpoint: https://login.\u0441rm.example.com/oauth/token
    client_id: "Überblick 生産 \u2013 🔑 é ∞"
    client_secret: {from_env: CRM_SECRET}
    grant_types: [client_credentials]
    scopes: [api.réad, 生産, 生産]
""",
    "configs/iam_applications/app-prod.yaml": """\
kind: iam_application
application: app-prod
model: M
branch: MAIN
environment: production
oauth_servers:
  crm:
    client_id: "Überblick 生産 \u2013 🔑 é ∞" # oauthgit: ignore[OG301] geprüft
    require_pkce: false # oauthgit: ignore[OG430] 生産 é
""",
}
CALLS = (
    ("--help",),
    ("validate",),
    ("validate", "--format", "json"),
    ("validate", "--format", "junit"),
    ("validate", "--format", "markdown"),
    ("validate", "--format", "sarif"),
    ("validate", "--format", "github"),
    ("validate", "--format", "gitlab"),
    ("validate", "--format", "azure"),
    ("validate", "--fix", "--diff"),
    ("validate", "nicht-da-生産"),
    ("validate", "--base", "zweig-é"),
    ("effective",),
    ("effective", "--format", "json"),
    ("effective", "--format", "yaml"),
    ("effective", "--format", "env"),
    ("explain", "app-prod", "crm"),
    ("explain", "app-prod", "生産"),
    ("diff",),
    ("diff", "--format", "markdown"),
    ("diff", "--format", "checklist"),
    ("smoke", "--sandbox"),
    ("smoke", "--dry-run"),
    ("smoke", "--sandbox", "--format", "junit"),
    ("login", "app-prod", "生産"),
    ("report", "--merge", "part.json"),
    ("secrets", "status"),
    ("secrets", "expiry", "--within", "9999d"),
    ("secrets", "set", "app-prod", "crm"),
    ("secrets", "pin", "app-prod", "crm"),
    ("secrets", "renew", "app-prod"),
    ("init", "Ordner-生産-é"),
    ("rules",),
    ("rules", "OG113"),
    ("drift", "nicht-da-生産.csv"),
    ("import", "--dry-run", "nicht-da-生産.csv"),
    ("completion", "bash"),
    ("providers",),
    ("providers", "keycloak"),
    ("schema",),
    ("schema", "branch"),
    ("sandbox", "--port", "0"),
)
CONSOLES = ("cp1252", "cp437", "latin-1", "ascii", "C")
PAIRS = [
    pytest.param(call, console, id=f"{' '.join(call)}-{console}")
    for number, call in enumerate(CALLS)
    for console in (CONSOLES[number % 4], "C")
]
"""Each call on a code page and in the C locale: Python encodes for all code pages in the same way."""
ENTRY = "from oauthgit.cli import entry; entry()"
# Times, ports and random values differ between two runs.
VARIABLE = re.compile(
    r'[0-9.]+ s\b|127\.0\.0\.1:[0-9]+|(?<=state=)[\w-]+|(?<=code_challenge=)[\w-]+|"seconds": [0-9.]+|time="[0-9.]+"'
    r"|(?<=milliseconds\": )[0-9]+"
)


def environment_of(folder: Path, console: str) -> dict[str, str]:
    coding = (
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        if console == "C"
        else {"PYTHONIOENCODING": console}
    )
    return {
        "PATH": FOLDERS,
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "SOPS_AGE_KEY_FILE": str(KEY),
        "CRM_SECRET": "c4n4ry" * 6,
        "LC_ALL": "C.UTF-8",
        **coding,
    }


@cache
def consoles(folder: Path, console: str) -> Forks:
    return _OPEN.enter_context(open_forks(ENTRY, environment_of(folder, console)))


_OPEN = ExitStack()


def run(folder: Path, console: str, *arguments: str) -> Forked:
    """Run the program in a process of its own on a console; ``C`` is the C locale without UTF-8 mode."""
    environment = environment_of(folder, console)
    shutil.rmtree(folder / "Ordner-生産-é", ignore_errors=True)
    if arguments[0] != "sandbox":
        return consoles(folder, console)(arguments, folder, environment, b"n3w-s3cret-of-the-crm\n")
    command = [os.fsencode(each) for each in (sys.executable, "-m", "oauthgit", *arguments)]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout
        first = child.stdout.readline()
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
        return Forked(child.returncode, first + out, err)


@cache
def run_utf8(folder: Path, *arguments: str) -> Forked:
    return run(folder, "utf-8", *arguments)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("console")
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copy(REPOSITORY / ".sops.yaml", folder)
    committed(folder)
    branch = folder / BRANCH
    branch.write_text(branch.read_text(encoding="utf-8").replace("api.réad", "api.réad-∞"), encoding="utf-8")
    assert run(folder, "utf-8", "validate", "--output", "json=part.json").code == 1
    with _OPEN:
        yield folder


def coding_of(console: str) -> str:
    return "ascii" if console == "C" else console


def cases(report: str) -> list[tuple[str, str, str | None]]:
    elements = ET.fromstring(report).iter()  # noqa: S314 - our own report
    return [(each.tag, constant(str(each.attrib)), each.text) for each in elements]


def constant(text: str) -> str:
    return VARIABLE.sub("*", text)


@pytest.mark.parametrize(("call", "console"), PAIRS)
def test_output_is_escaped_for_the_console(call: tuple[str, ...], console: str, project: Path) -> None:
    expected, found = run_utf8(project, *call), run(project, console, *call)
    coding = coding_of(console)
    out, err = found.out.decode(coding), found.err.decode(coding)
    assert (found.code, "a bug in" in err) == (expected.code, False)
    right = expected.out.decode()
    if "junit" in call:
        assert cases(out) == cases(right)
    elif "yaml" in call:
        assert yaml.safe_load(out) == yaml.safe_load(right)
    elif "env" in call:
        assert [line for line in out.splitlines() if not line.startswith("#")] == [
            line for line in right.splitlines() if line.isascii() and not line.startswith("#")
        ]
        assert "# APP_PROD_CRM_CLIENT_ID is left out: the output is not UTF-8" in out
    elif "--diff" in call:
        assert out == ""
    else:
        assert constant(out) == constant(right.encode(coding, "backslashreplace").decode(coding))
    if "--diff" in call:
        assert "diff not shown" in err
    elif console != "C":  # the C locale reads arguments in another way
        assert constant(err) == constant(expected.err.decode().encode(coding, "backslashreplace").decode(coding))


def test_every_command_is_tried() -> None:
    """The language server prints messages of its protocol only, which are UTF-8."""
    assert {call[0] for call in CALLS} >= COMMANDS.keys() - {"lsp"}


@pytest.mark.parametrize("console", CONSOLES)
def test_report_files_stay_utf_8(console: str, project: Path) -> None:
    names = ("text", "json", "junit", "markdown", "sarif", "gitlab")
    files = [f"--output={name}={name}.report" for name in names]
    contents = []
    for one in ("utf-8", console):
        assert run(project, one, "validate", *files).code == 1
        contents.append([constant((project / f"{name}.report").read_text(encoding="utf-8")) for name in names])
    assert contents[0] == contents[1]
    assert "生産" in contents[1][0] + contents[1][3]


def test_confirmation_is_escaped_for_the_terminal(project: Path) -> None:
    code = "from oauthgit.cli.terminal import confirm; print(confirm(chr(0xFC) + chr(0x751F), chr(0xE9)))"
    environment = {"PATH": FOLDERS, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with (
        open_terminal() as terminal,
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=project,
            env=environment,
            stdout=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=terminal.take,  # noqa: PLW1509 - no threads run here
        ) as child,
    ):
        terminal.type("yes\n")
        out, _ = child.communicate(timeout=60)
        shown = os.read(terminal.master, 1000)
    assert out == b"True\n"
    assert rb"\xfc\u751f" in shown
    assert rb"\xe9 [y/N]" in shown
