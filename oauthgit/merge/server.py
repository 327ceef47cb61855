"""Merge each server of a target with its provider and the platform defaults.

Servers that targets share are merged once. Finding: OG313.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.merge.fold import EMPTY, Fold, Layer, fold_layer
from oauthgit.model.document import Document
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import child, join
from oauthgit.model.formats.provider_index import ProviderIndex, find_provider
from oauthgit.model.layered import Layered
from oauthgit.model.settings import Origin, Setting
from oauthgit.model.workspace import Kind

_OF_CLIENT: Final = frozenset(("client_id", "client_secret", "grant_types"))
"""Settings that belong to a client, so that no provider fills them in."""


class MergeInputs(NamedTuple):
    """Hold the values below every layer: defaults, catalogue and policy.

    ``order`` has the settings of a server in display order. ``recognition`` finds the provider of a token endpoint if
    no ``provider`` is set.
    """

    environments: Mapping[Kind, str]
    server: Mapping[str, Any]
    order: Sequence[str]
    providers: Mapping[str, Document]
    policy: Mapping[str, Any]
    today: str = ""
    recognition: ProviderIndex = ProviderIndex({}, {})


class Server(NamedTuple):
    """Hold an effective server and the findings about it.

    The entry is ``named`` by the server, or ``recognised`` by its token endpoint.
    """

    data: Mapping[str, Any]
    settings: Mapping[str, Setting]
    base: Fold
    named: Mapping[str, Any] | None
    recognised: Mapping[str, Any] | None
    findings: Sequence[Finding]


class MergedServers(NamedTuple):
    """Hold all servers of a target, by name and by pointer.

    ``unknown`` are the pointers of the settings that unknown providers might fill in.
    """

    data: Mapping[str, Mapping[str, Any]]
    settings: Mapping[str, Setting]
    definitions: Mapping[str, Origin]
    providers: Mapping[str, Mapping[str, Any]]
    findings: Sequence[Finding]
    unknown: frozenset[str]


class Servers:
    """Merge servers, each once for all targets that inherit it unchanged."""

    def __init__(self, ground: MergeInputs) -> None:
        self.inputs = ground
        self.known_hosts = frozenset(ground.recognition.hosts)
        self._bases: dict[tuple[str, str | None], Fold] = {}
        self._merged: dict[int, tuple[Any, Server]] = {}
        self._merged_servers: dict[int, tuple[Any, MergedServers]] = {}
        self._resets: dict[int, tuple[Any, dict[str, tuple[Origin, ...]]]] = {}

    def merge_servers(self, stated: Fold) -> MergedServers:
        """Return the merged servers of a fold; targets that inherit all share them."""
        values = stated.data.get("oauth_servers", {})
        if id(values) not in self._merged_servers:  # what it is made of is held, so nothing else has its id
            self._merged_servers[id(values)] = values, self._merge_servers(values, stated)
        return self._merged_servers[id(values)][1]

    def resets(self, history: Mapping[str, tuple[Origin, ...]]) -> dict[str, tuple[Origin, ...]]:
        """Return the history of the settings that a null took away."""
        if not isinstance(history, Layered):
            return {at: own for at, own in history.items() if own[0].value is None}
        if id(history.below) not in self._resets:
            self._resets[id(history.below)] = history.below, self.resets(history.below)
        found = dict(self._resets[id(history.below)][1])
        for at in history.changed:
            found.pop(at, None)
            if history[at][0].value is None:
                found[at] = history[at]
        return found

    def _merge_servers(self, values: Mapping[str, Any], stated: Fold) -> MergedServers:
        servers = {name: self.merge_server(name, each, stated) for name, each in values.items()}
        settings: dict[str, Setting] = {}
        definitions: dict[str, Origin] = {}
        for server in servers.values():
            settings |= server.settings
            definitions |= server.base.definitions
        named = {name: server.named for name, server in servers.items() if server.named is not None}
        recognised = {name: server.recognised for name, server in servers.items() if server.recognised is not None}
        data = {name: server.data for name, server in servers.items()}
        findings = [finding for server in servers.values() for finding in server.findings]
        unknown = frozenset(
            join("oauth_servers", name, setting)
            for name, server in servers.items()
            if server.findings
            for setting in self.inputs.order
            if setting not in _OF_CLIENT
        )
        return MergedServers(data, settings, definitions, named | recognised, findings, unknown)

    def merge_server(self, name: str, values: Mapping[str, Any], stated: Fold) -> Server:
        """Return the merged server ``name``, whose stated values are ``values``.

        A fold never changes its parts, so equal objects come from the same layers.
        """
        if id(values) not in self._merged:
            self._merged[id(values)] = values, self._merge_server(name, values, stated)
        return self._merged[id(values)][1]

    def _merge_server(self, name: str, values: Mapping[str, Any], stated: Fold) -> Server:
        ground, provider = self.inputs, values.get("provider")
        entry = ground.providers.get(provider) if provider is not None else None
        base = self._base(name, provider, entry)
        laid = overlay(base.data["oauth_servers"][name], values)
        data = {setting: laid[setting] for setting in ground.order if setting in laid}
        settings: dict[str, Setting] = {}
        add_settings(data, join("oauth_servers", name), stated, base, settings)
        found = find_provider(data.get("token_endpoint"), ground.recognition) if data.get("provider") is None else None
        known = ground.providers.get(found) if found else None
        unknown = provider is not None and entry is None
        own = stated.history[join("oauth_servers", name, "provider")][0] if unknown else None
        return Server(
            data,
            settings,
            base,
            entry.data if entry else None,
            known.data if known else None,
            _unknown_provider(name, own, ground.recognition) if own else (),
        )

    def _base(self, name: str, provider: str | None, entry: Document | None) -> Fold:
        """Return the base of a server: the platform defaults and its catalogue entry."""
        key = (name, provider if entry else None)
        if key not in self._bases:
            base = fold_layer(EMPTY, Layer("default", {"oauth_servers": {name: self.inputs.server}}))
            if entry:
                own = entry.data.get("oauth_server", {})
                base = fold_layer(base, Layer(f"provider/{provider}", {"oauth_servers": {name: own}}))
            self._bases[key] = base
        return self._bases[key]


def add_settings(data: Mapping[str, Any], pointer: str, stated: Fold, base: Fold, settings: dict[str, Setting]) -> None:
    """Add the settings below ``pointer``, each with its history, to ``settings``."""
    for key, value in data.items():
        at = f"{pointer}/{key}" if key.isidentifier() else child(pointer, key)
        if isinstance(value, dict):
            add_settings(value, at, stated, base, settings)
            continue
        own, below = stated.history.get(at, ()), base.history.get(at, ())
        origins = own + below if own and own[0].value is not None else below
        settings[at] = Setting(at, value, origins[0], origins[1:])


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``below`` with all that ``above`` has, mappings member by member."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = overlay(old if isinstance(old, dict) else {}, value) if isinstance(value, dict) else value
    return result


def _unknown_provider(server: str, origin: Origin, catalogue: ProviderIndex) -> list[Finding]:
    from oauthgit.model.formats.suggest import ask_if_meant, suggest

    names = sorted({*catalogue.hosts.values(), *catalogue.paths.values()})
    meant = ask_if_meant(suggest(str(origin.value), names), '"')
    message = f'the catalogue has no provider "{origin.value}", so it fills nothing in for {server}{meant}'
    remedy = "Run `oauthgit providers` to list them; for any other server, leave provider out."
    return [Finding("OG313", message, origin.location, remedy=remedy)] if origin.location else []
