"""Costs of a change, counted without a clock: what is read, merged, linted and asked of git."""

from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import corpus
import pytest
import shapes

from oauthgit.cli import main
from oauthgit.lsp.session import Session
from support.git import committed

SIZE = 140
"""Layers of one model, or files of several."""
SHARED = 1
"""The policy, which each run reads."""
CHAIN = {"read": 5, "merged": 3}
"""An application on RELEASE with the branches below it: three layers, two of which have secrets."""

WORK = {
    "read": "oauthgit.pipeline.read._read",
    "merged": "oauthgit.merge._merge_target",
    "linted": "oauthgit.lint.run._on_setting",
    "parsed by a parser": "oauthgit.parse._parse_yaml",
    "processes": "oauthgit.child_process.start",
}

Count = Callable[..., Counter[str]]


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Count:
    """Return a function that runs a command in the current folder, and counts its work."""
    counter: Counter[str] = Counter()

    def watch(name: str, place: str) -> None:
        module, _, attribute = place.rpartition(".")
        function = getattr(import_module(module), attribute)

        def call(*arguments: Any, **more: Any) -> Any:
            counter[name] += 1
            return function(*arguments, **more)

        monkeypatch.setattr(place, call)

    def call_main(*arguments: str, code: int = 0) -> Counter[str]:
        counter.clear()
        assert main(list(arguments)) == code
        return Counter(counter)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("oauthgit.pipeline.engine.workers._may_fork", lambda: False)  # children would count separately
    for name, place in WORK.items():
        watch(name, place)
    return call_main


@pytest.fixture
def shaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that writes a project of a shape and enters it."""

    def write(shape: str, size: int = SIZE) -> Path:
        folder = tmp_path / shape.replace(" ", "-")
        shapes.write(folder, shape, size)
        monkeypatch.chdir(folder)
        return folder / "configs"

    return write


def an_application(configs: Path, branch: str) -> Path:
    """Return the file of an application with secrets on a branch."""
    files = sorted(configs.glob("iam_applications/*.yaml"))
    return next(
        file
        for file in files
        if file.with_name(f"{file.stem}.secrets.yaml").exists() and f"branch: {branch}\n" in file.read_text()
    )


def test_changed_application_costs_its_chain(count: Count, shaped: Callable[..., Path]) -> None:
    configs = shaped("one model")
    cold = count("validate")
    assert count("validate") == Counter()
    corpus.change(an_application(configs, "RELEASE"), 1)
    found = count("validate")
    assert found["read"] == SHARED + CHAIN["read"]
    assert found["merged"] == CHAIN["merged"]
    assert found["linted"] < 0.05 * cold["linted"]
    assert found["processes"] == found["parsed by a parser"] == 0


def test_changed_branch_costs_its_layers(count: Count, shaped: Callable[..., Path]) -> None:
    configs = shaped("one model")
    cold = count("validate")
    branch = configs / "branches/MODEL00000/RELEASE.yaml"
    branch.write_text(branch.read_text() + "# changed\n")
    found = count("validate")
    for name in ("read", "merged", "linted"):
        assert found[name] < 0.6 * cold[name]
    assert found["merged"] > 0.4 * cold["merged"]


def test_mistake_in_a_branch_is_no_second_evaluation(count: Count, shaped: Callable[..., Path]) -> None:
    """Findings about single files are the same in all parts of a model, so no layers are evaluated again together."""
    configs = shaped("one model")
    healthy = count("validate", "--no-cache")
    branch = configs / "branches/MODEL00000/MAIN.yaml"
    branch.write_text(branch.read_text().replace("client_id:", "client_idd:", 1))
    found = count("validate", "--no-cache", code=1)
    assert found["merged"] == healthy["merged"]


def test_edit_in_the_editor_costs_its_part(
    count: Count, shaped: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The language server: an unsaved application is checked with its part of the model, and nothing else."""
    configs = shaped("one model")
    cold = count("validate", "--no-cache")
    session, path = Session(""), an_application(configs, "RELEASE")
    root = session.add_folder(str(configs.parent))
    assert root is not None
    session.check(session.inputs(root))
    session.edit(str(path), path.read_text() + "# typed\n")
    monkeypatch.setitem(globals(), "main", lambda _: len(session.check(session.inputs(root)).project.findings))
    found = count()
    assert found["merged"] < 0.6 * cold["merged"], "one of three parts"
    assert found["processes"] == 0


def test_changed_policy_costs_everything(count: Count, shaped: Callable[..., Path]) -> None:
    configs = shaped("one model")
    cold = count("validate")
    policy = configs / "oauthgit.yaml"
    policy.write_text(policy.read_text() + "# changed\n")
    assert count("validate") == cold


@pytest.mark.parametrize("command", [("effective",), ("explain",), ("smoke", "--dry-run"), ("secrets", "status")])
def test_named_target_costs_its_chain(count: Count, shaped: Callable[..., Path], command: tuple[str, ...]) -> None:
    configs = shaped("one model")
    target = an_application(configs, "RELEASE").stem
    found = count(*command, target, *(["hub"] if command == ("explain",) else []), code=7 if "smoke" in command else 0)
    assert found["read"] <= 2 * (SHARED + CHAIN["read"])  # to check, and to resolve
    assert found["merged"] <= 2 * CHAIN["merged"]


def test_one_change_among_many_models_costs_its_chain(count: Count, shaped: Callable[..., Path]) -> None:
    configs = shaped("standard")
    count("validate")
    corpus.change(an_application(configs, "RELEASE"), 1)
    found = count("validate")
    assert (found["read"], found["merged"]) == (SHARED + CHAIN["read"], CHAIN["merged"])


def test_diff_costs_the_changed_models(
    count: Count, shaped: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    configs = shaped("standard")
    committed(configs.parent)
    count("validate")
    corpus.change(an_application(configs, "RELEASE"), 1)
    found = count("diff", "HEAD")
    assert found["read"] == SHARED * 2 + corpus.GROUP + 1  # the changed file twice
    assert found["merged"] == 2 * 14
    assert found["processes"] <= 2
    monkeypatch.setenv("XDG_CACHE_HOME", str(configs))  # a folder inside of the repository is no cache
    assert count("diff", "HEAD")["merged"] == SIZE // corpus.GROUP * 14 + 14


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_cold_run_reads_and_merges_each_layer_once(count: Count, shaped: Callable[..., Path], shape: str) -> None:
    configs = shaped(shape)
    files = list(configs.rglob("*.yaml"))
    layers = [file for file in files if not file.name.endswith(".secrets.yaml")][:-1]
    found = count("validate", "--no-cache", code=int(shape == "an error each"))
    again = 1.35 if shape == "chains of 20" else 1.1  # branches of several parts
    assert len(files) <= found["read"] <= again * len(files)
    assert len(layers) <= found["merged"] <= again * len(layers)
    assert found["parsed by a parser"] == 0
