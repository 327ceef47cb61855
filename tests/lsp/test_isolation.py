"""The language server is apart: nothing else loads it, and only the extra installs its libraries."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.conftest import serving
from support.paths import REPOSITORY

LIBRARIES = ("pygls", "lsprotocol")


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "--no-cache"],
        ["validate", "--fix"],
        ["diff", "--", "HEAD"],
        ["effective"],
        ["smoke", "--dry-run"],
        ["secrets", "status"],
        ["report", "--output", "html=page.html"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_other_commands_load_nothing_of_it(arguments: list[str], sample: Path) -> None:
    script = (
        "import sys\nfrom oauthgit.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name.startswith(('oauthgit.lsp', 'pygls', 'lsprotocol'))], file=sys.stderr)"
    )
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=sample, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.splitlines()[-1] == "[]"


def test_libraries_come_with_the_extra_only() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needing = {name for name, needed in extras.items() if re.search("|".join(LIBRARIES), " ".join(needed))}
    assert needing == {"lsp"}
    assert not re.search("|".join(LIBRARIES), " ".join(project["dependencies"]))


def test_server_without_its_libraries_names_the_extra(sample: Path) -> None:
    script = "import sys; sys.modules['pygls'] = None; from oauthgit.cli import main; print(main(['lsp']))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=sample, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "2\n"
    assert "the language server needs pygls" in done.stderr
    assert "[lsp]" in done.stderr


@pytest.mark.asyncio
async def test_server_writes_no_file(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a cache nor the project: edits are offered to the editor."""
    for name in ("XDG_CACHE_HOME", "HOME", "TMPDIR"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    before = {path: path.read_bytes() for path in sample.rglob("*") if path.is_file()}
    async with serving(types.PositionEncodingKind.Utf8) as editor:
        buffer = editor.open(sample / "configs/iam_applications/insights-prod.yaml")
        buffer.replace("client_id: insights-production", "client_id: insights-development")
        await buffer.codes("OG301")
        assert await buffer.actions("client_id: insights-dev")
        assert await buffer.hover("client_id: insights-dev")
        buffer.replace("client_id: insights-development", "client_id: insights-production")
        await buffer.codes()
    assert {path: path.read_bytes() for path in sample.rglob("*") if path.is_file()} == before
    assert [path for name in ("XDG_CACHE_HOME", "HOME", "TMPDIR") for path in (tmp_path / name).iterdir()] == []
