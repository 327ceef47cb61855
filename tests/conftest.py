"""What all tests share: golden files, a copy of the sample to break, and the program."""

import difflib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from program import Program

REPOSITORY = Path(__file__).parents[1]
Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden files with what the code says now")


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
            pytest.fail(f"{path} is not what the code says now (pytest --update rewrites it):\n{lines}", pytrace=False)

    return compare


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a copy of the sample configs, and be in it."""
    root = tmp_path / "repository"
    shutil.copytree(REPOSITORY / "configs", root / "configs")
    shutil.copy(REPOSITORY / ".sops.yaml", root)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return the program; nothing of the caller's environment decides what it does."""
    for name in (
        *("NO_COLOR", "FORCE_COLOR", "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE"),
        *("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD"),
    ):
        monkeypatch.delenv(name, raising=False)
    return Program(capsys)
