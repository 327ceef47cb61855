"""Import costs of a hook and the import contract; imports are counted in a separate process."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.paths import REPOSITORY

HEAVY = {"httpx", "httpcore", "flask", "authlib", "werkzeug", "rich", "pydantic", "asyncio"}


def loaded_by(*arguments: str) -> set[str]:
    """Return the modules that a run of the program on the sample loads."""
    script = (
        "import sys; from oauthgit.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "print(code, *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "-C", str(REPOSITORY), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    return set(modules)


def test_validate_loads_only_needed_modules() -> None:
    loaded = loaded_by("validate")
    assert loaded & HEAVY == set()
    for room in (
        "reference",
        "report.sarif",
        "report.html",
        "cli.page",
        "probe",
        "sandbox",
        "decrypt.sops",
        "fix",
        "scaffold",
        "pipeline.operations.fix",
        "pipeline.operations.fix_regressions",
        "parse.fixes",
    ):
        assert not any(module.startswith(f"oauthgit.{room}") for module in loaded), room
    assert "oauthgit.parse" in loaded


@pytest.mark.parametrize(
    "arguments", [("effective",), ("explain", "insights-prod", "hub"), ("schema", "branch"), ("rules", "OG301")]
)
def test_offline_commands_load_no_network_modules(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments) & {"httpx", "httpcore", "flask", "authlib", "asyncio"} == set()


def test_package_import_loads_no_modules() -> None:
    script = "import sys, oauthgit; print(*[m for m in sys.modules if m.startswith('oauthgit.') or m == 'yaml'])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


def contract_of(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


VIOLATIONS = {
    "a rule that knows another rule": (
        "rules/og301_dead_override.py",
        "from oauthgit.rules import og303_override_of_default",
    ),
    "a finding of a stage that knows another one": (
        "rules/stage/og201_unknown_key.py",
        "from oauthgit.rules.stage import og202_wrong_type",
    ),
    "a stage that knows another stage": ("lint/run.py", "from oauthgit import triage"),
    "a noun that knows a stage": ("model/finding.py", "from oauthgit import lint"),
    "HTTP outside the probes": ("discover/git.py", "import httpx"),
    "YAML outside the parser": ("merge/patch.py", "import yaml"),
    "a program started elsewhere": ("report/json.py", "import subprocess"),
    "a room without a place": ("helpers.py", ""),
    "a module of the pipeline without a place": ("pipeline/helpers.py", ""),
    "check standing on an operation": ("pipeline/check.py", "from oauthgit.pipeline.operations import report"),
    "reading that needs resolving": ("pipeline/read.py", "from oauthgit.pipeline import resolve"),
    "an engine that evaluates": ("pipeline/engine/workers.py", "from oauthgit.pipeline import resolve"),
    "a format that needs a noun": ("model/formats/url.py", "from oauthgit.model.finding import Finding"),
    "an engine that lints": ("pipeline/engine/chains.py", "from oauthgit import lint"),
    "somebody who reaches the engine": ("reference/kits.py", "from oauthgit.pipeline.engine import workers"),
}


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_import_contract_fails_on_a_planted_violation(violation: str, tmp_path: Path) -> None:
    file, line = VIOLATIONS[violation]
    shutil.copytree(REPOSITORY / "oauthgit", tmp_path / "oauthgit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    planted = tmp_path / "oauthgit" / file
    planted.write_text(f"{line}\n{planted.read_text() if planted.exists() else ''}")
    done = contract_of(tmp_path)
    assert done.returncode != 0, done.stdout[-2000:]


def test_import_contract_holds() -> None:
    done = contract_of(REPOSITORY)
    assert done.returncode == 0, done.stdout[-2000:]
