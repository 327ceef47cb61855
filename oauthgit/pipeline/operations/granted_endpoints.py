"""The settings that the authority itself states, where a secret may not go by those of the tree alone."""

from collections.abc import Iterator, Sequence

from oauthgit.discover.commit import discover_in
from oauthgit.discover.git import GitError, Repository
from oauthgit.model.errors import UnusableError
from oauthgit.model.project import Project
from oauthgit.model.settings import Settings
from oauthgit.pipeline.operations.authority import Grantor
from oauthgit.pipeline.operations.secret_pins import collect_endpoints, endpoints_of
from oauthgit.pipeline.resolve import State, resolve_workspace


def read_granted(project: Project, grantors: Sequence[Grantor], repository: Repository) -> Iterator[State]:
    """Yield the settings that each grantor's commit states.

    Raises:
        UnusableError: A commit cannot be read.

    """
    known = {file.path: file.content for file in project.workspace.files}
    for grantor in grantors:
        try:
            files = discover_in(repository.commit(grantor.commit), known)
        except GitError as error:
            raise UnusableError(f"the endpoints that {grantor} grants cannot be read: {error}") from None
        yield resolve_workspace(files[0])


def unstated_endpoints(  # noqa: PLR0913, PLR0917 - a pin, and those who may grant it
    project: Project, settings: Settings, layer: str, server: str, grantors: Sequence[Grantor], repository: Repository
) -> tuple[str, ...]:
    """Return the endpoints of a pin that a grantor does not state for the same secret; none without a grantor.

    Raises:
        UnusableError: The pin has no endpoints, or a commit cannot be read.

    """
    endpoints = endpoints_of(project, settings, layer, server)
    stated = [
        collect_endpoints(each, settings.target, layer, server) for each in read_granted(project, grantors, repository)
    ]
    return tuple(endpoint for endpoint in endpoints if not all(endpoint in each for each in stated))
