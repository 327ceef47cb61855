"""Shared fixtures: golden files, a copy of the sample, and the program."""

import difflib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import certifi
import pytest
from coverage import Coverage

import support.terminal  # noqa: F401 - it keeps calls that are taken away
from support.portable_site.take_away import FOLDER, take_away

if "--portable" in sys.argv or os.environ.get("PYTHONPATH") == str(FOLDER):
    os.environ["PYTHONPATH"] = str(FOLDER)  # for the processes that tests start
    take_away()


from oauthgit.cli.ci.detect import MARKS as CI_MARKS
from oauthgit.find_program import temporary_folders
from support.browser import IN_CI, Browser, find_obstacle
from support.browser import start as start_browser
from support.cli import Program
from support.golden import Golden
from support.paths import REPOSITORY
from support.sops import SOPS

_CACHES = count()
_HOME = Path.home()
_PORTABLE = os.name == "nt" or not hasattr(os, "fork")

if any(os.environ.get(name) for name in CI_MARKS):
    os.environ[IN_CI] = "1"
with suppress(ImportError):  # tests/portable runs without it
    from hypothesis import HealthCheck, settings

    settings.register_profile(
        "busy machine", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("busy machine")

os.environ["PATH"] = os.pathsep.join((*SOPS, os.environ["PATH"]))  # a script in Python doubles the time of sops
for _name in CI_MARKS:
    os.environ.pop(_name, None)  # tests of a CI system set its variables themselves


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are processors, because many tests wait for programs and servers."""
    return (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files with the present output")
    parser.addoption("--portable", action="store_true", help="take calls away that Windows does not have")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests with the marker ``posix`` where their calls are missing."""
    for item in items:
        if _PORTABLE and item.get_closest_marker("posix"):
            item.add_marker(pytest.mark.skip(reason="needs POSIX calls"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call() -> Iterator[None]:
    """Keep one wrapper of coverage around os._exit; it adds one whenever measuring resumes after ``no_cover``."""
    exit_ = os._exit
    yield
    os._exit = exit_


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with a golden file, character by character."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        expected = path.read_bytes().decode() if path.is_file() else ""
        if text != expected:
            difference = difflib.unified_diff(
                expected.splitlines(keepends=True), text.splitlines(keepends=True), path.name, "now"
            )
            # repr keeps a carriage return or an escape visible in the log
            lines = "\n".join(repr(line)[1:-1] for line in difference)
            pytest.fail(f"{path} is outdated (pytest --update rewrites it):\n{lines}", pytrace=False)

    return compare


@pytest.fixture(scope="session", autouse=True)
def one_public_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let this process know one public certificate authority; to load all takes 20 milliseconds for each run of smoke."""
    end = "-----END CERTIFICATE-----\n"
    file = tmp_path_factory.mktemp("authority") / "one.pem"
    file.write_text(Path(certifi.where()).read_text(encoding="utf-8").partition(end)[0] + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(file))
        yield


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every test its own cache, so that tests share no entries with each other or with the user.

    The program creates the folder; mktemp would read the names of all earlier folders for every test.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / f"caches/{next(_CACHES)}"))


@pytest.fixture(autouse=True)
def measure_children(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure coverage in child processes of tests with the marker, if it is measured at all."""
    if request.node.get_closest_marker("measured_children") and Coverage.current():
        monkeypatch.setenv("COVERAGE_PROCESS_START", str(REPOSITORY / "pyproject.toml"))
        monkeypatch.setenv("COVERAGE_FILE", str(REPOSITORY / ".coverage"))


@pytest.fixture(autouse=True)
def programs_in_temporary_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow scripts that replace git and sops to be in temporary folders; tests/trust restores the rule."""
    monkeypatch.setattr("oauthgit.find_program.temporary_folders", tuple)


@pytest.fixture
def programs(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Return an empty folder from which programs may be started, also in child processes.

    It is in pytest's cache, or in the home folder if the clone itself is in a folder of temporary files.
    """
    places = (request.config.cache.mkdir("programs"), _HOME)
    shut = [Path(folder).resolve() for folder in temporary_folders()]
    place = next((each for each in places if not any(each.resolve().is_relative_to(folder) for folder in shut)), None)
    if place is None:
        pytest.skip("the clone and the home are in folders of temporary files, from which no program is started")
    with TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a copy of the sample configs, as the working directory."""
    root = tmp_path / "repository"
    shutil.copytree(REPOSITORY / "configs", root / "configs")
    shutil.copy(REPOSITORY / ".sops.yaml", root)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return the program as at a user's terminal, independent of the caller's environment.

    A terminal may or may not be present when tests run; tests that need a real one start separate processes.
    """
    for name in ("NO_COLOR", "FORCE_COLOR", "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "PRE_COMMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("oauthgit.cli.trust.has_terminal", lambda: True)
    monkeypatch.setattr("oauthgit.cli.trust.confirm", lambda *_: True)
    return Program(capsys)


@pytest.fixture
def with_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Program) -> Path:
    """Return a folder with a policy and a folder for workflows, as the working directory."""
    assert program("--version").code == 0
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/oauthgit.yaml").write_text("kind: policy\n")
    (tmp_path / ".github/workflows").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return Chromium; where it cannot run, the tests are skipped, and fail in CI."""
    if why := find_obstacle():
        (pytest.fail if os.environ.get(IN_CI) else pytest.skip)(why)
    with start_browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the verdict matrix: a line for each situation and server, without and with control."""
    cells: dict[str, dict[str, dict[bool, str]]] = {}
    for reported in (each for reports in terminalreporter.stats.values() for each in reports):
        for name, value in getattr(reported, "user_properties", ()):
            if name == "matrix":
                situation, server, control, outcome = value
                cells.setdefault(situation, {}).setdefault(server, {})[control] = outcome
    if not cells:
        return
    terminalreporter.section("verdict matrix (without control, and with it where that is different)")
    for situation, row in sorted(cells.items()):
        terminalreporter.write_line(situation)
        for server, pair in sorted(row.items()):
            without, with_control = pair.get(False, "-"), pair.get(True, "-")
            shown = without if without == with_control else f"{without}  |  {with_control}"
            terminalreporter.write_line(f"    {server:9} {shown}")
