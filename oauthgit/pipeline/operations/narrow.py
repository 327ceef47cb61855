"""Limit the settings of a large project to the named targets."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache, partial
from typing import Final

from oauthgit.model.errors import UsageError
from oauthgit.model.project import Project, Resolution
from oauthgit.pipeline.resolve import chain_of, resolve_workspace

SERVERS: Final = 25_000
"""OAuth servers of all targets that a command works with; a report has several hundred bytes for each."""


def narrow(project: Project, names: Sequence[str]) -> Project:
    """Return ``project`` with the named targets only, if all need too much memory.

    ``names`` are ids of targets or endings of ids. A project that fits into memory is returned unchanged.

    Raises:
        UsageError: The named targets, or all where none is named, have more than 25,000 servers together.

    """
    if _count(project, project.servers_by_target) <= SERVERS:
        return project
    targets = [each for each in project.environments if any(f"/{each}".endswith(f"/{name}") for name in names)]
    servers = _count(project, targets if names else project.servers_by_target)
    if servers > SERVERS:
        raise UsageError(
            f"the targets have {servers:,} OAuth servers together, which is too large for one run; name targets, so that "
            f"there are no more than {SERVERS:,}"
        )
    layers = {layer for target in targets for layer in chain_of(target, project.parents)}
    return project._replace(resolve=cache(partial(_resolve, project, layers)))


def _count(project: Project, targets: Iterable[str]) -> int:
    return sum(project.servers_by_target.get(target, 0) for target in targets)


def _resolve(project: Project, layers: Collection[str]) -> Resolution:
    """Read and merge the files of ``layers``, and those that concern every layer."""
    files = tuple(file for file in project.workspace.files if file.is_shared or file.layer in layers)
    known = {file.layer: file.path for file in project.workspace.files if file.layer}
    state = resolve_workspace(project.workspace._replace(files=files), layers=known)
    return Resolution(state.documents.valid_documents, state.targets)
