"""Wheel and sdist, and their use by pre-commit and prek: hooks fail on mistakes and pass on healthy settings."""

import hashlib
import os
import re
import select
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
import venv
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

import release
from oauthgit import __version__
from oauthgit.model.installation import Installation
from oauthgit.model.scaffold import Facts
from oauthgit.scaffold import KINDS, plan
from support.npm import kept
from support.paths import REPOSITORY
from support.terminal import open_terminal

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

HOOK_INPUT = ["LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", ".pre-commit-hooks.yaml"]


def run(
    *command: str | Path, cwd: Path, check: bool = True, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program in an environment that hides the calling git or pre-commit from it."""
    foreign = ("GIT_", "PRE_COMMIT", "COV_", "COVERAGE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    caches = {"PRE_COMMIT_HOME": str(cwd.parent / "pre-commit"), "PREK_HOME": str(cwd.parent / "prek")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, **caches, **(more or {})}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=check, timeout=170)


def commit(folder: Path) -> None:
    run("git", "init", "--quiet", cwd=folder)
    run("git", "add", "--all", cwd=folder)
    run("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "all", cwd=folder)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with what can be installed of this one."""
    folder = tmp_path_factory.mktemp("source") / "oauthgit"
    for name in ("oauthgit", "schema", "docs/rules"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in HOOK_INPUT:
        shutil.copy(REPOSITORY / name, folder)
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def offline() -> dict[str, str]:
    """Return variables with which pip installs from a folder; it is filled once for all runs."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    needed = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(each for name in ("sandbox", "sops") for each in extras[name] if not each.startswith("oauthgit")),
    ]
    key = hashlib.sha256("\n".join((*needed, sys.version)).encode()).hexdigest()[:16]
    wheels = kept(f"wheels-{key}", lambda folder: download(needed, folder))
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_COMPILE": "0"}


def download(needed: list[str], folder: Path) -> None:
    run(sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder, *needed, cwd=folder)


@pytest.fixture(scope="module")
def distributions(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with wheel and sdist, which two builds made with equal bytes."""
    out = tmp_path_factory.mktemp("distributions") / "dist"
    release.build(source, out)
    return out


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    return next(distributions.glob("*.whl"))


def test_two_builds_are_equal_and_twine_accepts_them(distributions: Path) -> None:
    names = sorted(path.name for path in distributions.iterdir())
    assert names == [f"oauthgit-{__version__}-py3-none-any.whl", f"oauthgit-{__version__}.tar.gz"]
    done = run(sys.executable, "-m", "twine", "check", "--strict", *distributions.iterdir(), cwd=distributions)
    assert done.stdout.count("PASSED") == 2


def test_sdist_contains_what_a_build_needs_and_no_tests(distributions: Path) -> None:
    with tarfile.open(next(distributions.glob("*.tar.gz"))) as archive:
        top = {name.split("/")[1] for name in archive.getnames()}
    needed = {"oauthgit", "schema", "docs", "README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml"}
    assert needed <= top <= needed | {"PKG-INFO", ".gitignore"}


def test_wheel_contains_data_files_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "oauthgit/schema/branch.schema.json" in names
    assert "oauthgit/docs/rules/OG301.md" in names
    assert "oauthgit/providers/google.yaml" in names
    assert "oauthgit/providers/hosts.json" in names
    assert "oauthgit/rules/stage/og201_unknown_key.py" in names
    assert "oauthgit/rules/og301_dead_override.py" in names
    assert "oauthgit/py.typed" in names
    assert "oauthgit/cli/completions/oauthgit.bash" in names
    templates = {
        f"oauthgit/scaffold/templates/{path.name}" for path in (REPOSITORY / "oauthgit/scaffold/templates").iterdir()
    }
    assert templates <= names
    assert not any(name.startswith(("tests", "configs")) for name in names)


def test_installed_wheel_checks_a_folder_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """The dependencies are those of this environment; the package itself is that of the wheel."""
    venv.create(tmp_path / "venv", with_pip=False)
    purelib = next((tmp_path / "venv/lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(purelib)  # noqa: S202 - it is our own
    ours = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    (purelib / "lent.pth").write_text(f"{ours}\n")
    python = tmp_path / "venv/bin/python"
    release.check_installed(python, REPOSITORY, __version__)
    where = run(python, "-I", "-c", "import oauthgit; print(oauthgit.__file__)", cwd=tmp_path).stdout
    assert where.startswith(str(tmp_path))


class Quiet(SimpleHTTPRequestHandler):
    """Serve files without a log."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the folders in which the hook managers install the repository once for all tests."""
    return {name: str(tmp_path_factory.mktemp(name)) for name in ("PRE_COMMIT_HOME", "PREK_HOME")}


@pytest.fixture(scope="module")
def hook(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Serve a bare repository with what can be installed of this one; yield its git address and its commit.

    It is served by HTTP, because pip before 24.1 does not accept ``git+file:///`` in a requirement.
    """
    folder = tmp_path_factory.mktemp("hook")
    run("git", "clone", "--quiet", "--bare", str(source), "bare.git", cwd=folder)
    run("git", "update-server-info", cwd=folder / "bare.git")
    revision = run("git", "rev-parse", "HEAD", cwd=source).stdout.strip()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/bare.git", revision
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# Network access fails, and git allows local repositories only.
OFFLINE = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9"),
    "PIP_NO_INDEX": "1",
    "UV_OFFLINE": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}


@pytest.mark.parametrize(("manager", "below"), [("pre-commit", ""), ("prek", "teams/our own")])
def test_hook_finds_a_broken_commit_without_network(  # noqa: PLR0913, PLR0917 - fixtures and a table
    manager: str,
    below: str,
    hook: tuple[str, str],
    homes: dict[str, str],
    offline: dict[str, str],
    tmp_path: Path,
) -> None:
    address, revision = hook
    team = tmp_path / "team"
    project = team / below
    shutil.copytree(REPOSITORY / "configs", project / "configs")
    shutil.copy(REPOSITORY / ".sops.yaml", project)
    (team / "README.md").write_text("a")
    source = Installation(__version__, address, revision)
    written = plan(Facts(source, schemas=dict.fromkeys(KINDS, ""), below=below))
    config = next(each.content for each in written if each.path == ".pre-commit-config.yaml")
    (team / ".pre-commit-config.yaml").write_text(config)
    commit(team)
    program = Path(sys.executable).parent / manager
    prepare, more = ("prepare-hooks", homes) if manager == "prek" else ("install-hooks", offline | homes)
    run(program, prepare, cwd=team, more=more)

    def hooks(*arguments: str) -> subprocess.CompletedProcess[str]:
        run("git", "add", "--all", cwd=team)
        return run(program, "run", *arguments, cwd=team, check=False, more=OFFLINE | homes)

    everything = hooks("--all-files", "--verbose")
    assert everything.returncode == 0, everything.stdout + everything.stderr
    assert everything.stdout.count("Passed") == 1
    assert "nothing found" in everything.stdout

    (team / "README.md").write_text("b")
    elsewhere = hooks()
    assert (elsewhere.returncode, elsewhere.stdout.count("Passed")) == (0, 1)

    # Only the branch is committed; the mistake concerns applications.
    main = project / "configs/branches/INSIGHTS/MAIN.yaml"
    healthy = main.read_text()
    main.write_text(healthy.replace("  hub: #", "  hub_two: #"))
    broken = hooks()
    assert broken.returncode == 1
    assert "error[OG302]" in broken.stdout
    assert "iam_application/insights-prod" in broken.stdout

    # A deletion has no file that a pattern could match.
    main.unlink()
    deleted = hooks()
    assert deleted.returncode == 1
    assert "error[OG308]" in deleted.stdout

    main.write_text(healthy)
    (project / "configs/iam_applications/insights-prod.secrets.yaml").write_text(
        "kind: secrets\nfor: iam_application/insights-prod\noauth_servers: {hub: {client_secret: h4Wq0zRk7TnXe2Lb9VdJs5Ym}}\n"
    )
    plain = hooks()
    assert plain.returncode == 1
    findings = [line for line in plain.stdout.splitlines() if "error[" in line]
    assert any("error[OG501]" in line for line in findings)
    assert len(findings) == len(set(findings)), "no finding is reported by a second hook"
    assert "h4Wq0zRk7TnXe2Lb9VdJs5Ym" not in plain.stdout + plain.stderr


@pytest.mark.parametrize("manager", ["pre-commit"])
def test_smoke_hook_runs_only_by_hand(
    manager: str, hook: tuple[str, str], homes: dict[str, str], tmp_path: Path
) -> None:
    address, revision = hook
    team = tmp_path / "team"
    shutil.copytree(REPOSITORY / "configs", team / "configs")
    (team / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {address}\n    rev: {revision}\n    hooks:\n"
        "      - id: oauthgit-smoke\n        args: [--dry-run, insights-prod]\n"
    )
    commit(team)
    program = Path(sys.executable).parent / manager
    stage = "--stage" if manager == "prek" else "--hook-stage"
    at_a_commit = run(program, "run", "--all-files", cwd=team, check=False, more=homes)
    assert at_a_commit.returncode == 0
    assert "oauthgit smoke" not in at_a_commit.stdout
    by_hand = run(program, "run", stage, "manual", "oauthgit-smoke", cwd=team, check=False, more=homes)
    # Nothing was tested, and there is no key: no success.
    assert by_hand.returncode == 1
    assert "insights-prod" in by_hand.stdout
    assert "not-run" in by_hand.stdout


INSTALL = re.compile(r"```sh\n(python3 -m venv \.venv\n.*? @ git\+\$ADDRESS@\$COMMIT\"\n)export PATH=", re.DOTALL)
SECRET = "h4Wq0zRk7TnXe2Lb9VdJs5Ym"


class Newcomer:
    """A person in a new home, with programs of packages only; ``tool`` is the folder of the installation."""

    def __init__(self, tool: Path, home: Path) -> None:
        self.folder = home / "settings"
        self.folder.mkdir(parents=True)
        self._environment = {
            "HOME": str(home),
            "PATH": f"{tool}/.venv/bin:{os.defpath}",
            "TERM": "dumb",
            "LANG": "C.UTF-8",
        }
        (home / ".gitconfig").write_text("[user]\n\tname = Me\n\temail = me@example.com\n")

    def enter(self, command: str) -> str:
        """Run a line of a shell at a terminal, answer its prompts, and return what it printed."""
        answers = {"(it is not shown): ": f"{SECRET}\n", "no date): ": "\n", "[y/N] ": "y\n"}
        with open_terminal() as terminal:
            process = subprocess.Popen(
                ["bash", "-e", "-c", command], cwd=self.folder, env=self._environment, stdin=terminal.slave,
                stdout=terminal.slave, stderr=terminal.slave, start_new_session=True,
                preexec_fn=terminal.take,  # noqa: PLW1509 - it calls ioctl only
            )  # fmt: skip
            screen, answered, end = "", 0, time.monotonic() + 60
            while time.monotonic() < end:
                if select.select([terminal.master], [], [], 0.05)[0]:
                    screen += os.read(terminal.master, 65536).decode(errors="replace")
                elif process.poll() is not None:
                    break
                if answer := next((answers[mark] for mark in answers if screen[answered:].endswith(mark)), None):
                    answered = len(screen)
                    terminal.type(answer)
        assert process.poll() == 0, f"{command}\n{screen}"
        assert SECRET not in screen
        return screen.replace("\r\n", "\n")


@pytest.fixture(scope="module")
def tool(hook: tuple[str, str], offline: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install oauthgit by the line of the README, from a git address."""
    line = INSTALL.search((REPOSITORY / "README.md").read_text())
    assert line
    folder = tmp_path_factory.mktemp("tool")
    address = dict(zip(("ADDRESS", "COMMIT"), hook, strict=True))
    run("bash", "-e", "-c", line[1], cwd=folder, more=offline | address)
    return folder


@pytest.mark.skipif(shutil.which("age-keygen") is None, reason="age is not installed (apt-get install age)")
@pytest.mark.parametrize("key", ["before", "after"])
def test_next_steps_of_init_work_as_printed(
    key: str, tool: Path, hook: tuple[str, str], homes: dict[str, str], tmp_path: Path
) -> None:
    person = Newcomer(tool, tmp_path)
    if key == "before":
        person.enter("mkdir -p ~/.config/sops/age; age-keygen -o ~/.config/sops/age/keys.txt")
    printed = person.enter("oauthgit init")
    commands = re.findall(r"^ {5}(\S.*)$", printed, re.MULTILINE)
    assert ("oauthgit init" in commands) == (key == "after")
    done = {command: person.enter(command) for command in commands}
    assert "encrypted   yes" in done["oauthgit secrets set example-prod crm"]
    assert "nothing found" in done["oauthgit validate"]
    (smoke,) = (command for command in commands if command.endswith("--sandbox"))
    assert "1 accepted" in done[smoke]

    (pinned,) = yaml.safe_load((person.folder / ".pre-commit-config.yaml").read_text())["repos"]
    assert (pinned["repo"], pinned["rev"]) == hook
    workflow = (person.folder / ".github/workflows/oauthgit.yml").read_text()
    assert workflow.count(f' @ git+{hook[0]}@{hook[1]}"') == workflow.count("pip install") >= len(("validate", "smoke"))
    assert "full hash of a commit" not in printed
    manager = Path(sys.executable).parent / ("pre-commit" if key == "before" else "prek")
    checked = run(manager, "run", "--all-files", cwd=person.folder, check=False, more=homes)
    assert (checked.returncode, checked.stdout.count("Passed")) == (0, 1), checked.stdout + checked.stderr
