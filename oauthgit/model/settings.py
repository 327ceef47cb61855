"""Represent effective settings: the values of one target, and their origins."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from oauthgit.model.document import Marks
from oauthgit.model.formats.json_pointer import child, join, parent, split
from oauthgit.model.location import Location
from oauthgit.model.workspace import Kind

_SERVERS = join("oauth_servers")
EVERY_SERVER: Final = "*"
"""The token of a pointer that means all servers; no server has such a name."""


class SecretReference(NamedTuple):
    """Refer to a secret in a file, without the secret itself.

    ``state`` is ``encrypted`` (in a secrets file), ``inline`` (ciphertext in a layer), ``from_env`` (``name`` is
    the variable) or ``plain`` (plain text, which is a finding). ``pinned`` is true if the file names the token
    endpoint that this server's secret may be sent to.
    """

    state: str
    file: str
    pointer: str
    name: str = ""
    pinned: bool = False


class SecretState(NamedTuple):
    """Describe a secret in a difference: its place, and its ciphertext's fingerprint.

    ``file`` is the fingerprint of the ciphertext that names the file's layer. It changes if the whole file is
    encrypted again.
    """

    reference: SecretReference
    fingerprint: str
    file: str = ""


class Stated(NamedTuple):
    """Refer to the place of the value at ``pointer``, or of its key, for later lookup."""

    file: str
    marks: Marks
    pointer: str
    key: bool = False

    @property
    def location(self) -> Location:
        """Return the place."""
        return self.marks.locate(self.file, self.pointer, key=self.key)


class Origin(NamedTuple):
    """Hold the value of a setting in one layer; None if the layer resets it.

    ``layer`` is a layer's id, ``provider/<id>`` for the catalogue or ``default`` for the platform. These two have
    no location, because they are in no file of the user.
    """

    layer: str
    value: Any
    place: Location | Stated | None = None

    @property
    def location(self) -> Location | None:
        """Return the place of the value in the layer."""
        place = self.place
        return place.location if isinstance(place, Stated) else place


class Setting(NamedTuple):
    """Hold one effective value, its origin, and the origins that it replaced.

    Replaced origins are ordered with the nearest first, and include equal values.
    """

    pointer: str
    value: Any
    origin: Origin
    replaced: tuple[Origin, ...] = ()

    @property
    def name(self) -> str:
        """Return the last token of its pointer: its name in a file."""
        return self.pointer.rpartition("/")[2]

    @property
    def server(self) -> str:
        """Return the name of its server, or of the server that it is; else empty."""
        return server_of(self.pointer)


@lru_cache(maxsize=16_384)
def server_of(pointer: str) -> str:
    """Return the name of the server of the setting at ``pointer``, or an empty string."""
    first, name, *_ = (*split(pointer), "", "")
    return name if first == _SERVERS[1:] else ""


@lru_cache(maxsize=16_384)
def _setting_at(server: str, name: str) -> str:
    return f"{child(_SERVERS, server)}/{name}"


class LayerReference(NamedTuple):
    """Refer to a layer in the order of the merge; no ``file`` for platform defaults."""

    layer: str
    file: str = ""


class Settings(NamedTuple):
    """Hold the merged result for one target.

    ``place`` is where the target's own file states its identity. ``data`` is the merged mapping (``environment``,
    ``redirect_uri``, ``oauth_servers``); ``settings`` has an entry for every leaf of it. ``definitions`` maps every
    mapping in ``data`` to the layer that states it first. ``resets`` is the history of the settings that a null
    removed. ``chain`` names the merged layers, lowest first. ``providers`` maps each server that names a provider,
    or is recognised by its token endpoint, to the catalogue entry; only a named entry sets values. ``policy`` and
    ``today`` (ISO 8601) are used by rules; ``today`` is empty if it does not matter. ``known_hosts`` are the hosts
    of the catalogue's token endpoints, and patterns such as ``*.okta.com``.

    ``is_valid`` is false if an invalid value of a layer was dropped, which has a finding of its own. Then an inherited
    value may be unintended, so rules about unusual values do not run. ``dropped`` are the pointers of settings that
    the layers may state, but in a way that cannot be read: a finding reports each. ``*`` in them means every server.
    """

    target: str
    kind: Kind
    model: str
    branch: str
    environment: str | None
    place: Location | Stated
    data: Mapping[str, Any]
    settings: Mapping[str, Setting]
    definitions: Mapping[str, Origin]
    resets: Mapping[str, tuple[Origin, ...]]
    chain: tuple[LayerReference, ...]
    providers: Mapping[str, Mapping[str, Any]]
    policy: Mapping[str, Any]
    today: str = ""
    known_hosts: frozenset[str] = frozenset()
    is_valid: bool = True
    dropped: frozenset[str] = frozenset()

    @property
    def location(self) -> Location:
        """Return the place where the target's own file states its identity."""
        return self.place.location if isinstance(self.place, Stated) else self.place

    @property
    def servers(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the merged servers by name."""
        servers: Mapping[str, Mapping[str, Any]] = self.data.get("oauth_servers", {})
        return servers

    def of_server(self, server: str) -> Iterator[Setting]:
        """Yield the settings of one server, in the order of the merged data."""
        prefix = child(_SERVERS, server) + "/"
        return (setting for pointer, setting in self.settings.items() if pointer.startswith(prefix))

    def of(self, server: str, name: str) -> Setting | None:
        """Return a setting of a server by its name, or None if there is none."""
        return self.settings.get(_setting_at(server, name))

    def takes_secrets_from(self, file: str) -> bool:
        """Return True if an effective secret is in ``file``."""
        secrets = (server.get("client_secret") for server in self.servers.values())
        return any(isinstance(secret, SecretReference) and secret.file == file for secret in secrets)

    def lets_users_log_in(self, server: str) -> bool:
        """Return True if the user login connector uses a server.

        Otherwise the settings of the connector have no effect.
        """
        return "authorization_code" in (self.data["oauth_servers"][server].get("grant_types") or ())

    def is_used(self, server: str) -> bool:
        """Return True if a connector uses a server.

        A server without grant types is incomplete, which has a finding.
        """
        return bool(self.data["oauth_servers"][server].get("grant_types"))

    def knows_provider(self, server: str) -> bool:
        """Return True if the catalogue has an entry for the provider of a server."""
        return server in self.providers

    def fact(self, server: str, name: str) -> Any:
        """Return a verified fact of the catalogue about a server's provider, or None."""
        entry = self.providers.get(server, {})
        return None if name in entry.get("unverified", ()) else entry.get(name)

    def origin(self, pointer: str) -> Origin:
        """Return the origin of the value at ``pointer``.

        If no file states the value, its place is that of :meth:`locate`.
        """
        setting = self.settings.get(pointer)
        stated = setting.origin if setting else Origin("default", None)
        return stated if stated.place else stated._replace(place=self.locate(pointer))

    def recognition(self, server: str) -> tuple[tuple[str, Origin], ...]:
        """Return the reason why a server has a catalogue entry, for ``related`` of a rule.

        It is empty without an entry.
        """
        if server not in self.providers:
            return ()
        name = "token_endpoint" if self.servers[server].get("provider") is None else "provider"
        return ((f"{self.providers[server]['title']} according to", self.origin(join("oauth_servers", server, name))),)

    def is_known(self, pointer: str) -> bool:
        """Return True if no value was dropped at ``pointer`` or in a parent of it."""
        if not self.dropped:
            return True
        tokens = split(pointer)
        alike = (tokens, (*tokens[:1], EVERY_SERVER, *tokens[2:]))
        return self.dropped.isdisjoint(join(*path[:end]) for path in alike for end in range(len(path) + 1))

    def user_login(self, server: str) -> tuple[str, Origin]:
        """Return the reason for :meth:`lets_users_log_in`, for ``related`` of a rule."""
        return "users log in according to", self.origin(join("oauth_servers", server, "grant_types"))

    def locate(self, pointer: str) -> Location:
        """Return the place of the effective value, or of the null that removed it.

        If no file states it, return the place of the nearest mapping that contains it.
        """
        setting = self.settings.get(pointer)
        if setting and setting.origin.location:
            return setting.origin.location
        while pointer:
            for says in (self.definitions.get(pointer), *self.resets.get(pointer, ())[:1]):
                if says and says.location:
                    return says.location
            pointer = parent(pointer)
        return self.location
