"""Where a secret may be sent: the token endpoints of the targets that run with it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from oauthgit.model.errors import UnusableError
from oauthgit.model.finding import Severity
from oauthgit.model.pointer import join
from oauthgit.model.project import Project
from oauthgit.model.settings import SecretReference, Settings
from oauthgit.model.workspace import TARGETS, Workspace
from oauthgit.pipeline.resolve import State


def server_of(settings: Settings, server: str) -> Mapping[str, Any]:
    """Return the effective settings of a server.

    Raises:
        UnusableError: The target has no server of this name.

    """
    if server not in settings.servers:
        names = ", ".join(settings.servers) or "none"
        raise UnusableError(f"{settings.target} has no server {server}; it has {names}")
    return settings.servers[server]


_FURTHER: Final = ("revocation_endpoint", "introspection_endpoint")
"""Settings whose endpoints get the secret too: a smoke test revokes its token, and looks into it."""


def endpoints_of(project: Project, named: Settings, layer: str, server: str) -> tuple[str, ...]:
    """Return where the secret in ``layer`` goes in the targets that run with it, and in the one that was named.

    That is their token endpoints, and behind them the endpoints for revocation and introspection that they have.

    ``layer`` need not hold a secret yet: what counts is who would run with it.

    Raises:
        UnusableError: There is no such server, no endpoint, or one of these targets has errors in its settings.

    """
    server_of(named, server)
    users = _users(project.workspace, project.resolve().targets, (named.target, layer, server))
    endpoints = {settings.servers[server].get("token_endpoint") for settings in users}
    _refuse_broken(project, users, complete=None not in endpoints)
    stated = tuple(sorted(endpoint for endpoint in endpoints if isinstance(endpoint, str)))
    if not stated:
        raise UnusableError(
            f"{server} has no token_endpoint in {named.target}, so there is nothing to pin its secret to"
        )
    further = {settings.servers[server].get(name) for settings in users for name in _FURTHER} - endpoints
    return (*stated, *sorted(endpoint for endpoint in further if isinstance(endpoint, str)))


def collect_endpoints(state: State, target: str, layer: str, server: str) -> frozenset[str]:
    """Return where a secret in ``layer`` would go by ``state``, in whatever state it is; nowhere where it has none."""
    named = ("token_endpoint", *_FURTHER)
    users = (each for each in _users(state.workspace, state.targets, (target, layer, server)) if server in each.servers)
    stated = (settings.servers[server].get(name) for settings in users for name in named)
    return frozenset(endpoint for endpoint in stated if isinstance(endpoint, str))


def _users(workspace: Workspace, targets: Iterable[Settings], secret: tuple[str, str, str]) -> list[Settings]:
    """Return the targets that run with a secret, which a target, a layer and a server name."""
    target, layer, server = secret
    layers = {file.path: file.layer for file in workspace.files}
    return [
        settings
        for settings in targets
        if settings.target == target or (settings.kind in TARGETS and _runs_with(settings, layer, server, layers))
    ]


def _runs_with(settings: Settings, layer: str, server: str, layers: Mapping[str, str]) -> bool:
    order = [reference.layer for reference in settings.chain]
    if layer not in order or server not in settings.servers:
        return False
    secret = settings.servers[server].get("client_secret")
    if isinstance(secret, SecretReference):
        return order.index(layers[secret.file]) <= order.index(layer)
    return join("oauth_servers", server, "client_secret") not in settings.resets


def _refuse_broken(project: Project, users: Iterable[Settings], *, complete: bool) -> None:
    """Refuse to pin anything to an endpoint of which it is not certain that it is the one that was meant.

    Where all endpoints are there (``complete``), what else a server lacks takes nothing from them: the first secret of a
    new server is missing until it is set.
    """
    names = {settings.target for settings in users}
    for finding in project.findings:
        if complete and finding.code == "OG203" and finding.location.pointer.startswith("/oauth_servers/"):
            continue
        broken = names.intersection(finding.targets)
        if broken and finding.severity is Severity.ERROR and finding.code.startswith(("OG1", "OG2", "OG3")):
            raise UnusableError(
                f"{min(broken)} runs with this secret, and its settings have errors ({finding.code} {finding.name}), "
                "so its endpoint is not certain; oauthgit validate says what to mend"
            )
