"""Find the models that are equal in both states of a comparison.

Their targets cannot differ, so they are not compared.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import LAYERS, File, Kind, Workspace
from oauthgit.pipeline.engine import is_large
from oauthgit.pipeline.engine.chains import Chains, is_closed
from oauthgit.pipeline.engine.workers import run_parallel


class Unchanged(NamedTuple):
    """Hold the evaluations of equal models, and both states without them."""

    evaluations: Sequence[Evaluation]
    before: Workspace
    after: Workspace


def find_unchanged(
    evaluate_valid: Callable[[Sequence[File]], Evaluation | None],
    before: Workspace,
    after: Workspace,
    find_known: Callable[[Chains], Evaluation],
) -> Unchanged:
    """Return the equal models of two states.

    There are none in small states, or if one of these models has errors. ``evaluate_valid`` returns the evaluation of a
    model's files, or None if a target in it has errors. ``find_known`` returns the facts of layers without findings.
    """
    nothing = Unchanged((), before, after)
    if not is_large(after) or _contents(_shared_files(after)) != _contents(_shared_files(before)):
        return nothing
    before_models = {_contents(files) for files in _models(_chains(before))}
    chains = _chains(after)
    same = [files for files in _models(chains) if _contents(files) in before_models]
    known = find_known(chains)
    clean = [all(file.layer in known.servers for file in files) for files in same]
    jobs = [partial(evaluate_valid, files) for files, is_clean in zip(same, clean, strict=True) if not is_clean]
    found = [_facts(known, files) for files, is_clean in zip(same, clean, strict=True) if is_clean]
    found += [each for each in run_parallel(jobs) if each is not None]
    layers = {file.layer: file.path for file in (*before.files, *after.files) if file.kind in LAYERS}
    if len(found) < len(same) or not is_closed(found, layers):
        return nothing
    paths = {file.path for files in same for file in files}
    return Unchanged(found, _without(before, paths), _without(after, paths))


def _chains(state: Workspace) -> Chains:
    return Chains(file for file in state.files if not file.is_shared)


def _models(chains: Chains) -> list[list[File]]:
    """Return the files of each model."""
    return [
        [file for layer in layers for file in chains.files[layer]] for layers in chains.by_model(chains.files).values()
    ]


def _facts(known: Evaluation, files: Iterable[File]) -> Evaluation:
    """Return the facts about the layers that files are of."""
    layers = dict.fromkeys(file.layer for file in files)
    return Evaluation(
        (),
        {layer: known.parents[layer] for layer in layers},
        {layer: known.environments[layer] for layer in layers},
        {layer: known.servers[layer] for layer in layers},
    )


def _shared_files(state: Workspace) -> list[File]:
    """Return the shared files without the workflows.

    Workflows are not read from a commit, and no setting depends on them.
    """
    return [file for file in state.files if file.is_shared and file.kind is not Kind.WORKFLOW]


def _contents(files: Iterable[File]) -> frozenset[tuple[str, bytes]]:
    return frozenset((file.path, file.content) for file in files)


def _without(state: Workspace, paths: Collection[str]) -> Workspace:
    return state._replace(files=tuple(file for file in state.files if file.path not in paths))
