"""Evaluate the files of a project fast: by layers, in processes and with a cache.

The result is that of ``evaluate(own files, context)`` at any time; tests/pipeline/engine/test_equivalence.py compares the two.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from oauthgit.model.project import Evaluation, combine
from oauthgit.model.workspace import File, Workspace

if TYPE_CHECKING:
    from oauthgit.pipeline.engine.chains import Chains

PARALLEL_THRESHOLD: Final = 64
"""With fewer files than these, one process is done before another has begun."""
LARGE: Final = 1_000_000
"""Bytes of files from which on they are evaluated in parts, however few they are: memory holds one part at a time."""
TOGETHER: Final = 64
"""Layers of a model in one part, besides the branches below them."""
_SEVERAL: Final = 2
_TOO_LARGE: Final = "OG114"


class Context(Protocol):
    """Describe the part of a context that the engine needs."""

    @property
    def given(self) -> object:
        """Return all that an evaluation depends on besides files and rules."""

    @property
    def layers(self) -> Mapping[str, str]:
        """Return the ids of all layers, with their files."""

    @property
    def today(self) -> str:
        """Return the ISO date of the run."""

    @property
    def most_servers(self) -> int:
        """Return how many OAuth servers the layers of a model have at most together."""


_Context = TypeVar("_Context", bound=Context)
EvaluateFiles = Callable[[Sequence[Sequence[File]]], list[Evaluation]]
"""Evaluate several lists of files, each for itself."""


class Cache(Protocol):
    """Describe what earlier runs found out about layers, on disk or in memory."""

    def reuse(self, evaluate: EvaluateFiles, workspace: Workspace, context: Context) -> EvaluateFiles:
        """Return ``evaluate``, or a function with the same results that reuses known ones."""

    def find(self, chains: "Chains", workspace: Workspace, today: str) -> Evaluation:
        """Return the facts of the layers that need no evaluation."""

    def put(self, chains: "Chains", whole: Evaluation) -> None:
        """Take the facts of this run."""


_EvaluateParts = Callable[[Iterable[Collection[str]]], list[Evaluation]]


def evaluate_all(
    evaluate: Callable[[Sequence[File], _Context], Evaluation],
    workspace: Workspace,
    context: _Context,
    cache: "Cache | None" = None,
    wanted: Collection[str] = (),
) -> Evaluation:
    """Return the evaluation of all files that are not shared.

    With ``wanted`` layers, only these are evaluated, with the branches below and with possible copies of their secrets.
    ``context`` stands for the shared files. ``cache`` holds what earlier runs found out.
    """
    files = [file for file in workspace.files if not file.is_shared]

    def evaluate_files(lists: Sequence[Sequence[File]]) -> list[Evaluation]:
        if len(lists) < _SEVERAL:
            return [evaluate(each, context) for each in lists]
        from oauthgit.pipeline.engine.workers import run_parallel

        return run_parallel([partial(evaluate, each, context) for each in lists])

    reuse = cache.reuse(evaluate_files, workspace, context) if cache else evaluate_files
    if not wanted and not is_large(workspace):
        return reuse([files])[0]
    from oauthgit.pipeline.engine.chains import Chains, divide, is_closed

    def evaluate_parts(parts: Iterable[Collection[str]]) -> list[Evaluation]:
        return reuse([chains.files_of(part) for part in parts])

    chains = Chains(files)
    concerned = chains.with_copies(wanted) if wanted else chains.files
    known = cache.find(chains, workspace, context.today) if cache else Evaluation(())
    parts = list(divide([layer for layer in concerned if layer not in known.servers], chains, TOGETHER))
    found = evaluate_parts(parts)
    whole = combine([known, *_join(parts, found, chains, evaluate_parts)])
    if not is_closed(found, context.layers) or _is_oversized(whole, found, chains, context.most_servers):
        return reuse([files])[0]
    if cache:
        cache.put(chains, whole)
    return _in_order(whole, chains)


def is_large(workspace: Workspace) -> bool:
    """Return True if files are evaluated in parts, by number and size."""
    return len(workspace.files) >= PARALLEL_THRESHOLD or sum(len(file.content) for file in workspace.files) > LARGE


def _join(
    parts: Sequence[Collection[str]], found: Sequence[Evaluation], chains: "Chains", evaluate_parts: _EvaluateParts
) -> list[Evaluation]:
    """Evaluate layers again together if parts of one model have findings.

    A finding about a branch names all of its targets. Findings about single files are the same in each part.
    """
    models: dict[str, list[int]] = {}
    for number, (part, each) in enumerate(zip(parts, found, strict=True)):
        if each.findings:
            models.setdefault(chains.model_of(next(iter(part))), []).append(number)
    divided = [
        numbers
        for numbers in models.values()
        if len(numbers) > 1 and not all(found[number].is_local for number in numbers)
    ]
    again = {number for numbers in divided for number in numbers}
    together = evaluate_parts({layer for number in numbers for layer in found[number].concerned} for numbers in divided)
    return [
        *(each._replace(findings=(), lines={}) if number in again else each for number, each in enumerate(found)),
        *together,
    ]


def _is_oversized(whole: Evaluation, parts: Sequence[Evaluation], chains: "Chains", most: int) -> bool:
    """Return True if a model has more servers than ``most``, in one part or in all."""
    totals: Counter[str] = Counter()
    for layer, servers in whole.servers.items():
        totals[chains.model_of(layer)] += servers
    files = {file.path: layer for layer, files in chains.files.items() for file in files}
    large = (files.get(each.location.file) for part in parts for each in part.findings if each.code == _TOO_LARGE)
    return any(total > most for total in totals.values()) or any(layer in whole.parents for layer in large)


def _in_order(whole: Evaluation, chains: "Chains") -> Evaluation:
    """Return an evaluation with its layers in the order of their files."""
    layers = chains.parents
    commented = {document.file: document for document in whole.commented}
    return whole._replace(
        parents={layer: whole.parents[layer] for layer in layers if layer in whole.parents} | dict(whole.parents),
        environments={layer: whole.environments[layer] for layer in layers if layer in whole.environments},
        servers={layer: whole.servers[layer] for layer in layers if layer in whole.servers},
        commented=tuple(commented[file] for file in sorted(commented)),
    )
