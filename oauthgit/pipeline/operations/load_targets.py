"""Load the targets of a command, within the limits of its memory."""

from collections.abc import Sequence
from typing import Final

from oauthgit.model.errors import UsageError
from oauthgit.model.project import Project
from oauthgit.model.selection import EVERYTHING, Selection
from oauthgit.pipeline.check import load

SERVERS: Final = 25_000
"""OAuth servers of all targets that a command works with; a report has several hundred bytes for each."""


def load_targets(names: Sequence[str], search: str, selection: Selection = EVERYTHING) -> Project:
    """Return the project with the named targets only, or with all.

    ``names`` are ids of targets or endings of ids. ``search`` is the PATH for git.

    Raises:
        UsageError: The targets have more than 25,000 servers together, or the files cannot be read.

    """
    project = load(".", selection._replace(targets=tuple(names)), search=search)
    counted = project.servers_by_target.items()
    servers = sum(
        number for target, number in counted if not names or any(f"/{target}".endswith(f"/{name}") for name in names)
    )
    if servers > SERVERS:
        raise UsageError(
            f"the targets have {servers:,} OAuth servers together, which is too large for one run; name targets, so that "
            f"there are no more than {SERVERS:,}"
        )
    return project
