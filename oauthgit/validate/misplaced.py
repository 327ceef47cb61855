"""Find the place where a misplaced key belongs."""

from typing import Any, Final

from oauthgit.model.formats.json_pointer import split

_SERVERS: Final = "oauth_servers"


def find_place(schema: dict[str, Any], pointer: str, key: str, value: Any) -> str | None:
    """Return the advice for ``key`` at ``pointer``, if it belongs elsewhere.

    A server is recognised by its settings, at any indentation.
    """
    server = schema.get("properties", {}).get(_SERVERS, {}).get("additionalProperties", {}).get("properties", {})
    if isinstance(value, dict) and key not in server and not server.keys().isdisjoint(value):
        return f"Indent it so that it is directly under {_SERVERS}, like a server."
    parent = split(pointer)[-1:]
    if pointer and parent[0] in server and (above := _holders(schema, parent[0])) and key not in server:
        return f"Indent {parent[0]} with its settings, so that it is {above}."
    return f"Move it {place}." if (place := _holders(schema, key)) else None


def find_outdented(schema: dict[str, Any], pointer: str) -> str | None:
    """Return the advice for a setting in the place of a server."""
    tokens = split(pointer)
    if len(tokens) != 2 or tokens[0] != _SERVERS or (place := _holders(schema, tokens[1])) is None:  # noqa: PLR2004
        return None
    return f"Indent {tokens[1]} so that it is {place}."


def _holders(schema: dict[str, Any], key: str, under: str = "to the top of the file") -> str | None:
    """Return the words for the place of ``key`` in the schema."""
    properties = schema.get("properties", {})
    if key in properties:
        return under
    for name, member in properties.items():
        named = "under a server" if name == _SERVERS else f"under {name}"
        for inner in (member, member.get("additionalProperties")):
            found = _holders(inner, key, named) if isinstance(inner, dict) else None
            if found:
                return found
    return None
