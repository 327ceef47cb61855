"""Costs of a run, counted without a clock: modules, parses, schema checks, merges, rule calls."""

import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import corpus
import pytest

from oauthgit import rules
from oauthgit.merge import fold, server
from oauthgit.model.rule import Rule
from oauthgit.parse import parse
from oauthgit.pipeline import load, resolve
from oauthgit.validate import compiled
from support.paths import REPOSITORY

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

OUTSIDE = {"yaml", "cython_runtime"}
"""Everything that a run loads besides the standard library and oauthgit, and only for files that are not simple."""

LATE = {
    *("argparse", "gettext", "locale", "shutil", "tempfile", "hashlib", "difflib", "logging", "dataclasses", "inspect"),
    *(
        "asyncio",
        "threading",
        "subprocess",
        "multiprocessing",
        "pickle",
        "importlib.metadata",
        "jsonschema",
        "pydantic",
    ),
    *("traceback", "decimal", "random", "signal", "_hashlib", "ssl", "socket", "pathlib"),
    *("oauthgit.model.explanation", "oauthgit.model.secret_status", "oauthgit.model.verdict"),
}
"""Modules that only other runs need."""

OURS = 106
"""Upper limit of oauthgit's modules, without rules. Load a new module only if needed, or raise this knowingly."""


TO_EXPLAIN = {"oauthgit.rules.stage", "oauthgit.rules.stage.og201_unknown_key"}
TO_EXPLAIN |= {
    f"oauthgit.validate.{name}"
    for name in ("advice", "explain", "fixes", "forms", "jsonschema_violations", "meant", "misplaced", "violation")
}
TO_EXPLAIN |= {f"oauthgit.model.formats.{name}" for name in ("public_text", "suggest", "yaml_text")}
TO_EXPLAIN |= {f"oauthgit.parse.{name}" for name in ("conflicts", "fast_places", "masking")}
TO_EXPLAIN |= {"oauthgit.pipeline.excerpts"}
"""All further modules of oauthgit that a run loads to explain a mistake."""

JSONSCHEMA = {"jsonschema", "jsonschema_specifications", "referencing", "rpds", "attr", "attrs"}
JSONSCHEMA |= {"idna", "typing_extensions"}  # if installed or needed
"""The library that explains mistakes, and the modules it loads."""


def loaded(folder: Path) -> tuple[str, set[str]]:
    """Return the exit code of ``validate`` on a folder, and the modules that it loads."""
    script = (
        "import sys\nbefore = set(sys.modules)\nfrom oauthgit.cli import main\n"
        "code = main(['validate', '--no-cache'])\nprint(code, *sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    code, *names = done.stderr.split()
    return code, set(names)


def outside(modules: Iterable[str]) -> set[str]:
    """Return the packages among modules that belong neither to oauthgit nor to the standard library."""
    packages = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - {"oauthgit"}
    return {package for package in packages if not package.startswith("_")}


def test_healthy_run_loads_no_more_than_it_needs() -> None:
    code, modules = loaded(REPOSITORY)
    assert code == "0"
    assert outside(modules) == set()
    assert LATE & modules == set()


def test_run_on_simple_files_loads_no_yaml_parser(tmp_path: Path) -> None:
    corpus.write(tmp_path, corpus.GROUP)
    code, modules = loaded(tmp_path)
    assert code == "0"
    assert outside(modules) == set()
    assert LATE & modules == set()
    ours = [name for name in modules if name.startswith("oauthgit") and not name.startswith("oauthgit.rules.")]
    assert len(ours) <= OURS, sorted(ours)


def test_mistake_loads_jsonschema_and_messages(tmp_path: Path) -> None:
    corpus.write(tmp_path, corpus.GROUP)
    code, healthy_modules = loaded(tmp_path)
    assert code == "0"
    corpus.break_one(tmp_path)
    code, broken = loaded(tmp_path)
    assert code == "1"
    assert "jsonschema" in outside(broken)
    assert outside(broken) <= JSONSCHEMA
    more = {name for name in broken - healthy_modules if name.partition(".")[0] == "oauthgit"}
    assert more <= TO_EXPLAIN, sorted(more - TO_EXPLAIN)


def test_only_rules_that_are_functions_are_loaded(tmp_path: Path) -> None:
    corpus.write(tmp_path, corpus.GROUP)
    asked = {name for name in loaded(tmp_path)[1] if name.startswith("oauthgit.rules.")}
    assert asked == {f"oauthgit.rules.{rules.modules()[rule.code]}" for rule in rules.with_checks()}


@pytest.fixture
def counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Counter[str]]:
    """Return a function that counts the work of a run on a folder with a number of files, in one process."""
    counter: Counter[str] = Counter()

    def counted(name: str, function: Any) -> Any:
        def call(*arguments: Any, **more: Any) -> Any:
            counter[name] += 1
            return function(*arguments, **more)

        return call

    def watched(rule: Rule) -> Rule:
        checks = {
            name: counted(name, getattr(rule, name))
            for name in ("check_setting", "check_document", "check_workspace", "check_targets")
            if getattr(rule, name)
        }
        return rule._replace(**checks)

    def accepts(name: str) -> Any:
        return counted("schema checks", compiled.accepts(name))

    watched_rules = [watched(rule) for rule in rules.with_checks()]
    monkeypatch.setattr("oauthgit.pipeline.engine.PARALLEL_THRESHOLD", sys.maxsize)
    for module in ("read", "resolve"):
        monkeypatch.setattr(f"oauthgit.pipeline.{module}.parse", counted("parses", parse))
    monkeypatch.setattr("oauthgit.parse._parse_yaml", counted("parses of a parser", None))
    monkeypatch.setattr("oauthgit.validate.problems.accepts", accepts)
    monkeypatch.setattr("oauthgit.validate.jsonschema_violations.list_violations", counted("explanations", None))
    monkeypatch.setattr(rules, "with_checks", lambda: watched_rules)
    folding = counted("folds", fold.fold_layer)
    for module in ("merge", "merge.server"):
        monkeypatch.setattr(f"oauthgit.{module}.fold_layer", folding)
    monkeypatch.setattr("oauthgit.merge.server.add_settings", counted("settled", server.add_settings))

    def run(files: int) -> Counter[str]:
        folder = tmp_path / str(files)
        corpus.write(folder, files)
        counter.clear()
        resolve.catalogue_entry.cache_clear()  # the catalogue is read once in a run
        project = load(folder, today="2026-11-24")
        assert project.findings == ()
        found = Counter(counter)  # what is resolved from here on is no part of a run
        found["targets"] = len(project.resolve().targets)
        found["settings"] = sum(len(target.settings) + len(target.definitions) for target in project.resolve().targets)
        return found

    return run


def test_each_stage_runs_once_per_model(counts: Callable[[int], Counter[str]]) -> None:
    found = counts(corpus.GROUP)
    layers, entries = 14, 2
    assert found["parses"] == corpus.GROUP + 1 + entries  # the policy, and the named catalogue entries
    servers_checked = 6 * 6 + 14 + 5  # those of applications, of runtime configurations, and of their parents
    assert found["parses of a parser"] == 0
    assert found["schema checks"] == corpus.GROUP + 1 + servers_checked
    assert found["explanations"] == 0
    stated = layers + 6  # a layer, and its secrets file
    defaults = 6 + 2 + 5  # those of a server and a catalogue entry once, the environment of each runtime configuration
    assert found["folds"] == stated + defaults
    own = 6 * 7 + 3 + 2 + 2 + 3 + 4 + 2 + 3  # servers with settings in a layer: MAIN's and six applications', others
    assert found["settled"] == 2 * own  # a server, and its user_login
    assert found["check_setting"] < 1.5 * found["settings"]
    of_any_kind = sum(bool(rule.check_document) and not rule.kinds for rule in rules.with_checks())
    of_secrets, of_layers = 1, 1  # OG514, OG512
    assert found["check_document"] == (corpus.GROUP + 1) * of_any_kind + 6 * of_secrets + layers * of_layers


def test_costs_grow_linearly_with_files(counts: Callable[[int], Counter[str]]) -> None:
    """Every further model costs exactly as much as the previous one, so twice the files are twice the work."""
    small, middle, large = counts(100), counts(200), counts(300)
    for name in large:
        step = middle[name] - small[name]
        assert large[name] - middle[name] == step, name
    assert large["parses"] - middle["parses"] == 100
    assert large["explanations"] == 0


def test_memory_grows_linearly_with_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauthgit.pipeline.engine.PARALLEL_THRESHOLD", sys.maxsize)
    peaks = {}
    for files in (100, 100, 200, 300):  # the first time includes what is loaded or cached once
        corpus.write(tmp_path / str(files), files)
        tracemalloc.start()
        project = load(tmp_path / str(files))
        peaks[files] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert project.resolve().targets
    assert peaks[300] - peaks[200] < 1.4 * (peaks[200] - peaks[100])  # 1, and room for the growth of dicts
    assert peaks[300] / 300 < 64 * 1024  # bytes per file, at the peak
