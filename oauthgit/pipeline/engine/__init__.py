"""Evaluate the files of a project fast: partitions, processes and a cache.

The result is that of ``[evaluate(own files, context)]`` at any time; tests/pipeline/engine/test_equivalence.py compares the two.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from oauthgit.model.project import Evaluation
from oauthgit.model.workspace import File, Workspace
from oauthgit.pipeline.engine.correlation import collisions

if TYPE_CHECKING:
    from oauthgit.pipeline.engine.partition_cache import PartitionCache

PARALLEL_THRESHOLD: Final = 64
"""With fewer files than these, one process is done before another has begun."""
LARGE: Final = 1_000_000
"""Bytes of files from which on there are partitions, however few files there are: memory holds one at a time."""


class Context(Protocol):
    """Describe the part of a context that the engine needs."""

    @property
    def layers(self) -> Mapping[str, str]:
        """Return the ids of all layers, with their files."""

    @property
    def today(self) -> str:
        """Return the ISO date of the run."""


_Context = TypeVar("_Context", bound=Context)


def evaluate_all(
    evaluate: Callable[[Sequence[File], _Context], Evaluation],
    workspace: Workspace,
    context: _Context,
    cache: "PartitionCache | None" = None,
) -> list[Evaluation]:
    """Return the evaluations of all files except the shared ones.

    ``context`` stands for the shared files; ``cache`` holds clean evaluations.
    """
    files = [file for file in workspace.files if not file.is_shared]
    if not is_large(workspace):
        return [evaluate(files, context)]
    from oauthgit.pipeline.engine.partition import is_closed, partition
    from oauthgit.pipeline.engine.workers import run_parallel

    parts = partition(files)
    shared = [file for file in workspace.files if file.is_shared]
    keys = [cache.key((*shared, *part), context.today) for part in parts] if cache else []
    known = cache.get_all(keys) if cache else {}
    known = {number: each._replace(paths=tuple(file.path for file in parts[number])) for number, each in known.items()}
    missing = [number for number in range(len(parts)) if number not in known]
    new = run_parallel([partial(evaluate, parts[number], context) for number in missing])
    evaluations = known | dict(zip(missing, new, strict=True))
    if cache:
        cache.put_all({keys[number]: evaluations[number] for number in missing})
    found = [evaluations[number] for number in range(len(parts))]
    return found if is_closed(found, context.layers) else [evaluate(files, context)]


def is_large(workspace: Workspace) -> bool:
    """Return True if files are evaluated in partitions, by number and size."""
    return len(workspace.files) >= PARALLEL_THRESHOLD or sum(len(file.content) for file in workspace.files) > LARGE


def colliding_files(workspace: Workspace, evaluations: Sequence[Evaluation]) -> list[File]:
    """Return the files in which cross-partition rules may match."""
    numbers = collisions([each.correlation_keys for each in evaluations])
    paths = {path for number in numbers for path in evaluations[number].paths}
    return [file for file in workspace.files if file.path in paths]
