"""Find the settings that wrong keys stand for: their absence is not reported."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from oauthgit.model.formats.json_pointer import child, join, parent, split, value_at
from oauthgit.model.settings import EVERY_SERVER
from oauthgit.validate.violation import Violation

if TYPE_CHECKING:
    from oauthgit.validate.explain import Problem

_SERVERS: Final = "oauth_servers"
_SERVER: Final = 2
"""The number of tokens in the pointer of a server."""
_HOLDERS: Final[dict[int, tuple[dict[str, Any], dict[str, str]]]] = {}
"""The mappings of keys in a schema, by its identity: one that is kept keeps it."""


def settings_meant(problems: "Iterable[Problem]", data: Any) -> frozenset[str]:
    """Return the pointers of missing settings that wrong keys stand for."""
    pointers = {_outermost(_pointer_meant(problem, data), data) for problem in problems if problem.meant}
    return frozenset(pointer for pointer in pointers if value_at(data, pointer) is None)


def _outermost(pointer: str, data: Any) -> str:
    """Return the pointer of the outermost missing setting around one of a server."""
    while len(split(above := parent(pointer))) > _SERVER and value_at(data, above) is None:
        pointer = above
    return pointer


def _pointer_meant(problem: "Problem", data: Any) -> str:
    """Return the pointer that a wrong key stands for.

    A setting outside of its server belongs to the nearest server above it that lacks it.
    """
    top, server, *rest = (*split(problem.meant), "", "")
    if (top, server) != (_SERVERS, EVERY_SERVER):
        return problem.meant
    holder, *inside = split(problem.pointer)
    servers = data.get(_SERVERS) if isinstance(data, Mapping) else None
    names = list(servers) if isinstance(servers, Mapping) else []
    if holder == _SERVERS and len(inside) > 1:
        return join(top, inside[0], *filter(None, rest))
    above = names[: names.index(inside[0])] if holder == _SERVERS and inside and inside[0] in names else names
    lacking = [name for name in above if value_at(servers, join(name, *filter(None, rest))) is None]
    return join(top, lacking[-1] if lacking else EVERY_SERVER, *filter(None, rest))


def server_meant(violation: Violation, schema: dict[str, Any], key: str) -> str:
    """Return the pointer of the server that a mapping at the top of a file stands for.

    It is empty if the mapping has no settings of a server.
    """
    value = violation.value[key]
    if violation.pointer or not isinstance(value, dict):
        return ""
    return "" if _settings(schema).isdisjoint(value) else join(_SERVERS, key)


def setting_among_servers(pointer: str, data: Any, schema: dict[str, Any]) -> str:
    """Return the name of the server at ``pointer`` if it is that of a setting.

    It is empty if the server has settings, or another name.
    """
    top, server, *_ = (*split(pointer), "", "")
    settings = _settings(schema) if top == _SERVERS else frozenset()
    value = data[_SERVERS].get(server) if server in settings else None
    return server if server in settings and (not isinstance(value, dict) or settings.isdisjoint(value)) else ""


def _settings(schema: dict[str, Any]) -> frozenset[str]:
    """Return the names of the settings of a server."""
    servers = schema.get("properties", {}).get(_SERVERS, {}).get("additionalProperties", {})
    return frozenset(servers.get("properties", ()))


def find_holder(schema: dict[str, Any], key: str) -> str | None:
    """Return the pointer of the mapping that has ``key`` in the schema."""
    if id(schema) not in _HOLDERS:
        _HOLDERS[id(schema)] = schema, dict(reversed(list(_holders(schema, ""))))
    return _HOLDERS[id(schema)][1].get(key)


def _holders(schema: dict[str, Any], pointer: str) -> Iterator[tuple[str, str]]:
    """Yield the keys of a schema with the pointer of their mapping, outer ones first."""
    properties = schema.get("properties", {})
    yield from ((key, pointer) for key in properties)
    for name, member in properties.items():
        at = child(pointer, name)
        for inner, place in ((member, at), (member.get("additionalProperties"), child(at, EVERY_SERVER))):
            yield from _holders(inner, place) if isinstance(inner, dict) else ()


def words_for(holder: str) -> str:
    """Return the words for the place of a mapping in a file."""
    if not holder:
        return "to the top of the file"
    *above, name = split(holder)
    if name == EVERY_SERVER:
        return "under a server" if above == [_SERVERS] else f"under {above[-1]}"
    return f"under {name}"
