"""Import costs of a hook and the import contract; imports are counted in a separate process."""

import re
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


ROOMS, PIPELINE = "Rooms: data flows one way", "Pipeline: operations stand on check"
VIOLATIONS = {
    "a rule that knows another rule": (
        "rules/og301_dead_override.py",
        "from oauthgit.rules import og303_override_of_default",
        "Rules do not know each other",
        "oauthgit.rules.og301_dead_override -> oauthgit.rules.og303_override_of_default",
    ),
    "a finding of a stage that knows another one": (
        "rules/stage/og201_unknown_key.py",
        "from oauthgit.rules.stage import og202_wrong_type",
        "Findings of stages do not know each other",
        "oauthgit.rules.stage.og201_unknown_key -> oauthgit.rules.stage.og202_wrong_type",
    ),
    "a reporter that knows another reporter": (
        "report/junit.py",
        "from oauthgit.report import sarif",
        "Reporters do not know each other",
        "oauthgit.report.junit -> oauthgit.report.sarif",
    ),
    "a stage that knows another stage": (
        "lint/run.py",
        "from oauthgit import triage",
        ROOMS,
        "oauthgit.lint.run -> oauthgit.triage",
    ),
    "a noun that knows a stage": (
        "model/finding.py",
        "from oauthgit import lint",
        ROOMS,
        "oauthgit.model.finding -> oauthgit.lint",
    ),
    "HTTP outside the probes": (
        "discover/git.py",
        "import httpx",
        "HTTP is spoken in probe",
        "oauthgit.discover.git -> httpx",
    ),
    "YAML outside the parser": (
        "merge/patch.py",
        "import yaml",
        "YAML is read in parse",
        "oauthgit.merge.patch -> yaml",
    ),
    "a program started elsewhere": (
        "report/json.py",
        "import subprocess",
        "No other package starts programs",
        "oauthgit.report.json -> subprocess",
    ),
    "a room without a place": ("helpers.py", "", ROOMS, "not listed as layers: - oauthgit.helpers"),
    "a module of the pipeline without a place": (
        "pipeline/helpers.py",
        "",
        PIPELINE,
        "not listed as layers: - oauthgit.pipeline.helpers",
    ),
    "check standing on an operation": (
        "pipeline/check.py",
        "from oauthgit.pipeline.operations import report",
        PIPELINE,
        "oauthgit.pipeline.check -> oauthgit.pipeline.operations.report",
    ),
    "reading that needs resolving": (
        "pipeline/read.py",
        "from oauthgit.pipeline import resolve",
        PIPELINE,
        "oauthgit.pipeline.read -> oauthgit.pipeline.resolve",
    ),
    "an engine that evaluates": (
        "pipeline/engine/workers.py",
        "from oauthgit.pipeline import resolve",
        "Pipeline: the engine is handed what it evaluates with",
        "oauthgit.pipeline.engine.workers -> oauthgit.pipeline.resolve",
    ),
    "a format that needs a noun": (
        "model/formats/url.py",
        "from oauthgit.model.finding import Finding",
        "Formats of others need no noun of ours",
        "oauthgit.model.formats.url -> oauthgit.model.finding",
    ),
    "an engine that lints": (
        "pipeline/engine/chains.py",
        "from oauthgit import lint",
        "Pipeline: the engine is handed what it evaluates with",
        "oauthgit.pipeline.engine.chains -> oauthgit.lint",
    ),
    "somebody who reaches the engine": (
        "reference/kits.py",
        "from oauthgit.pipeline.engine import workers",
        "Pipeline: check, diff, report and the run's cache",
        "oauthgit.reference.kits -> oauthgit.pipeline.engine.workers",
    ),
}
"""A file and a line in it by what is wrong, and what is said under which contract."""
HEADING = re.compile(r"^(\S.*)\n-+\n", re.MULTILINE)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Plant all violations in one copy; return what is said of each broken contract, by the start of its name."""
    folder = tmp_path_factory.mktemp("violations")
    shutil.copytree(REPOSITORY / "oauthgit", folder / "oauthgit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for file, line, *_ in VIOLATIONS.values():
        planted = folder / "oauthgit" / file
        planted.write_text(f"{line}\n{planted.read_text() if planted.exists() else ''}")
    done = contract_of(folder)
    assert done.returncode != 0, done.stdout[-2000:]
    _, *parts = HEADING.split(done.stdout.partition("Broken contracts\n")[2])
    return {name: " ".join(said.split()) for name, said in zip(parts[::2], parts[1::2], strict=True)}


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_import_contract_fails_on_a_planted_violation(violation: str, broken: dict[str, str]) -> None:
    *_, contract, words = VIOLATIONS[violation]
    (said,) = (text for name, text in broken.items() if name.startswith(contract))
    assert words in said


def test_import_contract_holds() -> None:
    done = contract_of(REPOSITORY)
    assert done.returncode == 0, done.stdout[-2000:]
