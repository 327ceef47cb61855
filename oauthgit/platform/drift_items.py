"""Make items of drift, at the line in git that decides."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from oauthgit.model.drift import DriftItem, DriftState
from oauthgit.model.environment import environment_rank
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.location import Location
from oauthgit.model.schema import platform_labels
from oauthgit.model.settings import Origin, Settings
from oauthgit.model.workspace import Kind
from oauthgit.platform.effective import value_of


def item(settings: Settings, server: str, setting: str, state: DriftState, **more: Any) -> DriftItem:
    """Return an item about a target of git."""
    return DriftItem(settings.target, settings.kind, settings.environment, server, setting, state, **more)


def differing(settings: Settings, server: str, name: str, git: Any, platform: Any) -> DriftItem:
    """Return the item of a setting with two values.

    ``server`` is empty for a setting of the target.
    """
    pointer = _pointer(server, name)
    layer = origin_of(settings, server, name).layer
    place = settings.locate(pointer)
    return item(settings, server, name, DriftState.DIFFERS, git=git, platform=platform, location=place, layer=layer)


def missing_server(settings: Settings, server: str, *, only_own: bool) -> DriftItem:
    """Return the item of a server that the platform lacks.

    With ``only_own`` it has the settings of the target's own layer, as an override does. Others follow from the branch that
    defines the server; a row of a branch is complete.
    """
    data, own = settings.servers[server], own_settings(settings, server)
    values = {
        name: value
        for name in platform_labels()
        if (not only_own or name in own) and (value := value_of(data, name)) is not None
    }
    definition = settings.definitions.get(join("oauth_servers", server))
    layer = definition.layer if definition and not only_own else settings.target
    is_inherited = settings.kind is not Kind.BRANCH and layer.startswith(f"{Kind.BRANCH}/")
    return item(
        settings,
        server,
        "",
        DriftState.ONLY_IN_GIT,
        git=values,
        location=_locate_own(settings, server, own) or settings.locate(join("oauth_servers", server)),
        layer=layer,
        follows=layer if is_inherited else "",
        own=own,
    )


def _locate_own(settings: Settings, server: str, own: frozenset[str]) -> Location | None:
    """Return the first place of a server in the target's own layer."""
    names = own - {"client_secret"} or own  # the layer has its line, and the secrets file is for programs
    return min(filter(None, (origin_of(settings, server, name).location for name in names)), default=None)


def own_settings(settings: Settings, server: str) -> frozenset[str]:
    """Return the settings of the platform that the target's own layer states."""
    return frozenset(name for name in platform_labels() if origin_of(settings, server, name).layer == settings.target)


def origin_of(settings: Settings, server: str, name: str) -> Origin:
    """Return the origin of a setting, with an empty layer if nobody states it."""
    setting = settings.settings.get(_pointer(server, name))
    return setting.origin if setting else Origin("", None)


def follow_branches(items: Sequence[DriftItem]) -> Iterator[DriftItem]:
    """Yield the items; those that a drift of their branch explains name the branch."""
    branches = {(each.target, each.server, each.setting): each for each in items if each.kind is Kind.BRANCH}
    for each in items:
        above = branches.get((each.layer, each.server, each.setting))
        is_same = above and each.target != each.layer and above.state is each.state and above.platform == each.platform
        yield each._replace(follows=each.layer) if is_same else each


def sort_items(items: Iterable[DriftItem]) -> tuple[DriftItem, ...]:
    """Return items by target and server, those of production first."""
    return tuple(sorted(items, key=lambda each: (environment_rank(each.environment), each.target, each.server)))


def _pointer(server: str, name: str) -> str:
    return join("oauth_servers", server, *name.split(".")) if server else join(name)
