"""A rule in five minutes: the file in CONTRIBUTING.md is sufficient, tried in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from support.paths import REPOSITORY

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

NAME = "og499_client_called_tea.py"
RULE = re.compile(r"^   ````python\n(.*?)^   ````$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of everything that a rule, its page and its examples need.

    The bytecode is copied too, so that no process has to compile the package.
    """
    folder = tmp_path_factory.mktemp("project")
    for name in ("oauthgit", "schema", "docs", "tests/rules", "tests/support", "tests/house"):
        shutil.copytree(REPOSITORY / name, folder / name)
    for file in (REPOSITORY / "pyproject.toml", REPOSITORY / "tests/conftest.py"):
        shutil.copy(file, folder / file.relative_to(REPOSITORY))
    return folder


@pytest.fixture
def copy(project: Path) -> Path:
    """Return the copy with the new rule in it, and without what an earlier test wrote."""
    match = RULE.search((REPOSITORY / "CONTRIBUTING.md").read_text())
    assert match, "CONTRIBUTING.md shows a rule between four backticks"
    for own in ("oauthgit/rules/og4*_client_called_tea.py", "oauthgit/rules/og499_*.py", "docs/rules/OG499.md"):
        for file in project.glob(own):  # a reader of the page may be trying it right now
            file.unlink()
    for changed in ("docs/rules/README.md", "schema/policy.schema.json"):
        shutil.copy(REPOSITORY / changed, project / changed)
    (project / "oauthgit/rules" / NAME).write_text(dedent(match[1]))
    return project


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def outcome(copy: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the commands of CONTRIBUTING.md that concern the new rule; plain asserts need no new bytecode."""
    quick = ("-q", "-p", "no:cacheprovider", "--assert=plain")
    return run(copy, "pytest", *quick, "--update", "tests/rules/test_rules.py", *more, "-k", CHOSEN)


CHOSEN = "OG499 or (test_rules and every) or docs/rules/README or policy"


def test_rule_file_is_listed_documented_and_tested(copy: Path) -> None:
    result = outcome(copy, "tests/house/test_docs.py", "-vv")
    assert result.returncode == 0, result.stdout
    assert "OG499-bad-0" in result.stdout
    assert (
        (copy / "docs/rules/OG499.md").read_text().startswith("# OG499 client-called-tea\n\nA client is called tea.\n")
    )
    assert "client-called-tea" in (copy / "docs/rules/README.md").read_text()
    assert "OG499" in (copy / "schema/policy.schema.json").read_text()
    assert "OG499  warning  client-called-tea" in run(copy, "oauthgit", "rules").stdout
    assert "A client is called tea." in run(copy, "oauthgit", "rules", "OG499").stdout


MISTAKES = {
    "nothing is found": ('== "tea"', '== "mate"', "no finding OG499"),
    "a Good example is bad": ("client_id: coffee", "client_id: tea", "a Good example has no findings"),
    "no part Good": ("Good:", "Better:", "is Good: missing"),
    "no such kind of file": ("yaml branch", "yaml brunch", "there are policy, branch"),
    "another name": ("def client_called_tea", "def called_tea", "must be those of the file"),
    "another code": ('"OG499", Sev', '"OG498", Sev', "must be those of the file"),
    "no title": ("called tea.\n\n    Why", "called tea\n\n    Why", "one sentence, the rule's title"),
}


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_in_a_rule_file_fails_with_advice(right: str, wrong: str, said: str, copy: Path) -> None:
    file = copy / "oauthgit/rules" / NAME
    assert right in file.read_text()
    file.write_text(file.read_text().replace(right, wrong, 1))
    result = outcome(copy)
    assert result.returncode != 0
    assert said in result.stdout


def test_duplicate_rule_code_fails(copy: Path) -> None:
    (copy / "oauthgit/rules" / NAME).rename(copy / "oauthgit/rules/og440_client_called_tea.py")
    assert "two files have one code" in outcome(copy).stdout
