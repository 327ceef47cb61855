"""Effective settings: what one target runs with, and where each value comes from."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from oauthgit.model.document import Marks
from oauthgit.model.formats.json_pointer import child, join, parent, split
from oauthgit.model.location import Location
from oauthgit.model.workspace import Kind

_SERVERS = join("oauth_servers")


class SecretReference(NamedTuple):
    """A secret as the merge sees it: an opaque token that knows where the secret lies, never the secret.

    ``state`` is ``encrypted`` (in a secrets file), ``inline`` (ciphertext in a layer), ``from_env`` (``name`` is the
    variable) or ``plain`` (written in plain text, which is a finding). ``pinned`` says whether the file names, for this
    server, the token endpoint that the secret may be sent to.
    """

    state: str
    file: str
    pointer: str
    name: str = ""
    pinned: bool = False


class SecretState(NamedTuple):
    """A secret as a difference shows it: where it lies, and the fingerprint of its ciphertext.

    ``file`` is the fingerprint of what the file says it is for: it is another one where the whole file was encrypted anew.
    """

    reference: SecretReference
    fingerprint: str
    file: str = ""


class Stated(NamedTuple):
    """A place in a file that is looked up when it is asked for: that of the value at ``pointer``, or of its key."""

    file: str
    marks: Marks
    pointer: str
    key: bool = False

    @property
    def location(self) -> Location:
        """The place."""
        return self.marks.locate(self.file, self.pointer, key=self.key)


class Origin(NamedTuple):
    """What one layer says of a setting; ``value`` is None where it resets the setting.

    ``layer`` is a layer's id, ``provider/<id>`` for the catalogue or ``default`` for the platform; these two have no
    location, for no user's file holds them.
    """

    layer: str
    value: Any
    place: Location | Stated | None = None

    @property
    def location(self) -> Location | None:
        """Where the layer says so."""
        place = self.place
        return place.location if isinstance(place, Stated) else place


class Setting(NamedTuple):
    """One effective value, the origin it won from, and every origin it replaced, the nearest first, no-ops included."""

    pointer: str
    value: Any
    origin: Origin
    replaced: tuple[Origin, ...] = ()

    @property
    def name(self) -> str:
        """The last token of its pointer: its name in a file."""
        return self.pointer.rpartition("/")[2]

    @property
    def server(self) -> str:
        """The name of the server that it is, or that it is a setting of; empty where there is none."""
        return server_of(self.pointer)


@lru_cache(maxsize=16_384)
def server_of(pointer: str) -> str:
    """Return the name of the server that the setting at ``pointer`` is one of; empty where there is none."""
    first, name, *_ = (*split(pointer), "", "")
    return name if first == _SERVERS[1:] else ""


@lru_cache(maxsize=16_384)
def _setting_at(server: str, name: str) -> str:
    return f"{child(_SERVERS, server)}/{name}"


class LayerReference(NamedTuple):
    """A layer that was asked, in the order of the merge; ``file`` is empty for platform defaults."""

    layer: str
    file: str = ""


class Settings(NamedTuple):
    """The merged result for one target.

    ``place`` is where the target's own file says which it is. ``data`` is the merged mapping (``environment``,
    ``redirect_uri``, ``oauth_servers``) and ``settings`` has an entry for every leaf of it. ``definitions`` says for every
    mapping in ``data`` which layer spoke of it first. ``resets`` is the history of the settings that a null took away.
    ``chain`` names the layers that were asked, lowest first;
    ``providers`` holds the catalogue entry of each server that names one or is recognised by its token endpoint; only an
    entry that is named fills settings in.
    ``policy`` is what the target is judged by, ``today`` the day (ISO 8601) on which, empty where it does not matter.
    ``known_hosts`` are the hosts of the catalogue's token endpoints, and patterns such as ``*.okta.com``.
    Where ``sound`` is false, a layer says something that was left out, and a finding speaks of it: a value may then be
    inherited that nobody meant here, so rules that wonder at it wait. ``left_out`` are the pointers of such values.
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
    sound: bool = True
    left_out: frozenset[str] = frozenset()

    @property
    def location(self) -> Location:
        """Where the target's own file says which it is."""
        return self.place.location if isinstance(self.place, Stated) else self.place

    @property
    def servers(self) -> Mapping[str, Mapping[str, Any]]:
        """The merged servers by name."""
        servers: Mapping[str, Mapping[str, Any]] = self.data.get("oauth_servers", {})
        return servers

    def of_server(self, server: str) -> Iterator[Setting]:
        """Yield the settings of one server, in the order of the merged data."""
        prefix = child(_SERVERS, server) + "/"
        return (setting for pointer, setting in self.settings.items() if pointer.startswith(prefix))

    def of(self, server: str, name: str) -> Setting | None:
        """Return a setting of a server by its name, or None where it has none of that name."""
        return self.settings.get(_setting_at(server, name))

    def takes_secrets_from(self, file: str) -> bool:
        """Tell whether a secret that won lies in ``file``."""
        secrets = (server.get("client_secret") for server in self.servers.values())
        return any(isinstance(secret, SecretReference) and secret.file == file for secret in secrets)

    def lets_users_log_in(self, server: str) -> bool:
        """Tell whether a server is used by the user login connector; what is set for it elsewhere has no effect."""
        return "authorization_code" in (self.data["oauth_servers"][server].get("grant_types") or ())

    def knows_provider(self, server: str) -> bool:
        """Tell whether a server is one of a provider that the catalogue has an entry of."""
        return server in self.providers

    def fact(self, server: str, name: str) -> Any:
        """Return what the catalogue is sure of about a server's provider, or None where it is not, or knows nothing."""
        entry = self.providers.get(server, {})
        return None if name in entry.get("unverified", ()) else entry.get(name)

    def origin(self, pointer: str) -> Origin:
        """Return who says what holds at ``pointer``, with the place that :meth:`locate` gives where no file states it."""
        setting = self.settings.get(pointer)
        said = setting.origin if setting else Origin("default", None)
        return said if said.place else said._replace(place=self.locate(pointer))

    def recognition(self, server: str) -> tuple[tuple[str, Origin], ...]:
        """Return, as a rule's ``related`` takes it, what makes a server one of a provider of the catalogue; else nothing."""
        if server not in self.providers:
            return ()
        name = "token_endpoint" if self.servers[server].get("provider") is None else "provider"
        return ((f"{self.providers[server]['title']} according to", self.origin(join("oauth_servers", server, name))),)

    def is_known(self, pointer: str) -> bool:
        """Tell whether nothing was left out that a layer says of the value at ``pointer``, or of what holds it."""
        return not any(f"{pointer}/".startswith(f"{wrong}/") for wrong in self.left_out)

    def user_login(self, server: str) -> tuple[str, Origin]:
        """Return, as a rule's ``related`` takes it, why :meth:`lets_users_log_in` is true of a server."""
        return "users log in according to", self.origin(join("oauth_servers", server, "grant_types"))

    def locate(self, pointer: str) -> Location:
        """Return the place of the value that won, or of the null that took it away.

        Where no file states it, it is that of the nearest mapping that holds it.
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
