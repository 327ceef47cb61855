"""Find the endpoints that a secret may be sent to.

They are those of its targets, and those that the trusted commits state.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from oauthgit.discover.commit import discover_in
from oauthgit.discover.git import GitError, Repository
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Severity
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.project import Project
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import TARGETS, Workspace
from oauthgit.pipeline.operations.authority import Grantor
from oauthgit.pipeline.resolve import State, resolve_workspace

if TYPE_CHECKING:
    from oauthgit.model.credential import GrantedEndpoint

_FURTHER: Final = ("revocation_endpoint", "introspection_endpoint")
"""Settings whose endpoints get the secret too: a smoke test revokes and introspects its token."""


def server_of(settings: Settings, server: str) -> Mapping[str, Any]:
    """Return the effective settings of a server.

    Raises:
        UsageError: The target has no server of this name.

    """
    if server not in settings.servers:
        names = ", ".join(settings.servers) or "none"
        raise UsageError(f"{settings.target} has no server {server}; it has {names}")
    return settings.servers[server]


class SecretPlace(NamedTuple):
    """Name a server, the layer of its secret, and the target that was given.

    There need not be a secret yet.
    """

    target: str
    layer: str
    server: str


def endpoints_of(project: Project, secret: SecretPlace) -> tuple[str, ...]:
    """Return the endpoints of a secret in its targets and in the named target.

    Token endpoints come first, then the endpoints for revocation and introspection, if there are any.

    Raises:
        UsageError: There is no token endpoint, or a target has errors in its settings.

    """
    users = _users(project.workspace, project.resolve().targets, secret)
    servers = [settings.servers[secret.server] for settings in users]
    endpoints = {server.get("token_endpoint") for server in servers}
    _refuse_broken(project, users, complete=None not in endpoints)
    stated = tuple(sorted(endpoint for endpoint in endpoints if isinstance(endpoint, str)))
    if not stated:
        raise UsageError(
            f"{secret.server} has no token_endpoint in {secret.target}, so there is nothing to pin its secret to"
        )
    further = {server.get(name) for server in servers for name in _FURTHER} - endpoints
    return (*stated, *sorted(endpoint for endpoint in further if isinstance(endpoint, str)))


def unstated_endpoints(endpoints: Iterable[str], secret: SecretPlace, granted: Iterable[State]) -> tuple[str, ...]:
    """Return the endpoints of a pin that a granted state lacks.

    There are none without a granted state.
    """
    stated = [_collect_endpoints(each, secret) for each in granted]
    return tuple(endpoint for endpoint in endpoints if not all(endpoint in each for each in stated))


def read_granted(project: Project, grantors: Sequence[Grantor], repository: Repository) -> Iterator[State]:
    """Yield the settings that each grantor's commit states.

    Raises:
        UsageError: A commit cannot be read.

    """
    known = {file.path: file.content for file in project.workspace.files}
    for grantor in grantors:
        try:
            files = discover_in(repository.commit(grantor.commit), known)
        except GitError as error:
            raise UsageError(f"the endpoints that {grantor} grants cannot be read: {error}") from None
        yield resolve_workspace(files[0])


def grant_endpoints(
    project: Project, grantors: Sequence[Grantor], repository: Repository
) -> "frozenset[GrantedEndpoint]":
    """Return the extra endpoints that all grantors state for a token endpoint.

    Without a grantor the project itself states them.

    Raises:
        UsageError: A commit cannot be read.

    """
    from oauthgit.probe import stated_endpoints

    ours = stated_endpoints(project.resolve().targets)
    for granted in read_granted(project, grantors if ours else (), repository):
        ours &= stated_endpoints(granted.targets)
    return ours


def _collect_endpoints(state: State, secret: SecretPlace) -> frozenset[str]:
    """Return the endpoints of a secret in ``state``; none without a secret."""
    servers = [settings.servers.get(secret.server, {}) for settings in _users(state.workspace, state.targets, secret)]
    stated = (server.get(name) for server in servers for name in ("token_endpoint", *_FURTHER))
    return frozenset(endpoint for endpoint in stated if isinstance(endpoint, str))


def _users(workspace: Workspace, targets: Iterable[Settings], secret: SecretPlace) -> list[Settings]:
    """Return the targets that run with a secret, and the one that was named."""
    layers = {file.path: file.layer for file in workspace.files}
    return [
        settings
        for settings in targets
        if settings.target == secret.target or (settings.kind in TARGETS and _runs_with(settings, secret, layers))
    ]


def _runs_with(settings: Settings, place: SecretPlace, layers: Mapping[str, str]) -> bool:
    _, layer, server = place
    order = [reference.layer for reference in settings.chain]
    if layer not in order or server not in settings.servers:
        return False
    secret = settings.servers[server].get("client_secret")
    if isinstance(secret, SecretReference):
        return order.index(layers[secret.file]) <= order.index(layer)
    return join("oauth_servers", server, "client_secret") not in settings.resets


def _refuse_broken(project: Project, users: Iterable[Settings], *, complete: bool) -> None:
    """Refuse to pin a secret to an endpoint that is uncertain.

    If every token endpoint is there (``complete``), other missing settings of a server are accepted: a new server has no
    secret until the first one is set.
    """
    names = {settings.target for settings in users}
    for finding in project.findings:
        if complete and finding.code == "OG203" and finding.location.pointer.startswith("/oauth_servers/"):
            continue
        broken = names.intersection(finding.targets)
        if broken and finding.severity is Severity.ERROR and finding.code.startswith(("OG1", "OG2", "OG3")):
            raise UsageError(
                f"{min(broken)} runs with this secret, and its settings have errors ({finding.code} {finding.name}), "
                "so its endpoint is not certain; run `oauthgit validate` to see the errors"
            )
