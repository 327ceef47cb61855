"""The language server is apart: nothing else loads it, and only the extra installs its libraries."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

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
