"""Partitions that a change leaves unchanged: the diff equals that of the whole project."""

import os
import random
import sys
from pathlib import Path
from typing import Any

import corpus
import pytest

from oauthgit.discover import discover
from oauthgit.discover.git import Repository
from oauthgit.model.difference import Status
from oauthgit.model.selection import EVERYTHING
from oauthgit.model.workspace import Workspace
from oauthgit.pipeline.operations import diff as differing
from oauthgit.pipeline.operations.diff import CommitRange, DiffResult
from oauthgit.pipeline.resolve import State, resolve_workspace
from support.git import committed
from support.mutate_workspace import mutate

FILES = 60
FEW = 30
"""More than a model has, and fewer than all files."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    corpus.write(tmp_path, FILES)
    committed(tmp_path)
    return tmp_path


def written(root: Path, workspace: Workspace) -> None:
    for file in workspace.files:
        (root / file.path).write_bytes(file.content)


def compared(root: Path, monkeypatch: pytest.MonkeyPatch, few: int) -> DiffResult:
    with monkeypatch.context() as patch:
        patch.setattr("oauthgit.pipeline.engine.PARALLEL_THRESHOLD", few)
        return differing.diff(CommitRange(Repository(root, os.environ["PATH"]).commit("HEAD")), EVERYTHING)


def both(root: Path, monkeypatch: pytest.MonkeyPatch) -> DiffResult:
    """Return the diff of the working tree, computed in two ways that must agree."""
    one, other = compared(root, monkeypatch, FEW), compared(root, monkeypatch, sys.maxsize)
    assert one.differences == other.differences
    assert one.project._replace(resolve=other.project.resolve, seconds=0) == other.project._replace(seconds=0)
    targets = [{each.target: each for each in side.project.resolve().targets} for side in (one, other)]
    assert targets[0] == targets[1]
    return one


def test_only_changed_models_are_resolved(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    application = root / "configs/iam_applications/model00001-production-2.yaml"
    corpus.change(application, 1)
    together: list[int] = []

    def counted(workspace: Workspace, *more: Any, **named: Any) -> State:
        if "most" in named:  # no partition that is equal on both sides
            together.append(len(workspace.files))
        return resolve_workspace(workspace, *more, **named)

    monkeypatch.setattr(differing, "resolve_workspace", counted)
    found = compared(root, monkeypatch, FEW)
    assert together == [corpus.GROUP + 1] * 2  # a model on both sides, and the policy
    assert [each.target for each in found.differences.targets] == ["iam_application/model00001-production-2"]
    assert len(found.project.servers_by_target) == 11 * FILES // corpus.GROUP
    monkeypatch.undo()
    both(root, monkeypatch)


@pytest.mark.parametrize("seed", range(6))
def test_any_change_in_models_gives_the_same_diff(root: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    workspace, _ = discover(root)
    model = [number for number, file in enumerate(workspace.files) if "00001" in file.path]
    written(root, mutate(workspace, chance, 4, model))
    both(root, monkeypatch)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("model: MODEL00000", "model: MODEL00001"),
        ("model: MODEL00000", "'model': MODEL00001"),
        ("model: MODEL00000", "model: MODEL00009"),
    ],
)
def test_application_moved_to_another_model_gives_the_same_diff(
    root: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    file = root / "configs/iam_applications/model00000-production-2.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    both(root, monkeypatch)


def test_added_or_removed_file_gives_the_same_diff(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = root / "configs/iam_applications/model00000-production-2.yaml"
    file.with_name("another.yaml").write_text(file.read_text().replace("model00000-production-2", "another"))
    file.unlink()
    found = both(root, monkeypatch).differences
    assert {each.status for each in found.targets} >= {Status.ADDED}


def test_unchanged_broken_target_is_still_reported(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = root / "configs/iam_applications/model00002-production-2.yaml"
    broken.write_text(broken.read_text().replace("scopes:", "scope:"))
    committed(root)
    corpus.change(root / "configs/iam_applications/model00000-production-2.yaml", 1)
    found = both(root, monkeypatch).differences
    statuses = {each.target: each.status for each in found.targets}
    assert statuses["iam_application/model00002-production-2"] is Status.INCOMPARABLE


def test_changed_policy_affects_every_model(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = root / "configs/oauthgit.yaml"
    policy.write_text(policy.read_text().replace("trusted_hosts:", "trusted_hosts:\n  - new.example.com"))
    assert both(root, monkeypatch).differences.any
