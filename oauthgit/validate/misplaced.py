"""Find the place where a misplaced key belongs."""

from typing import Any, Final

from oauthgit.model.formats.json_pointer import split
from oauthgit.validate.meant import find_holder, words_for

_SERVERS: Final = "oauth_servers"


def find_place(schema: dict[str, Any], pointer: str, key: str, value: Any) -> str | None:
    """Return the advice for ``key`` at ``pointer``, if it belongs elsewhere.

    A server is recognised by its settings, at any indentation.
    """
    server = schema.get("properties", {}).get(_SERVERS, {}).get("additionalProperties", {}).get("properties", {})
    if isinstance(value, dict) and key not in server and not server.keys().isdisjoint(value):
        return f"Indent it so that it is directly under {_SERVERS}, like a server."
    parent = split(pointer)[-1:]
    if pointer and parent[0] in server and (above := _words(schema, parent[0])) and key not in server:
        return f"Indent {parent[0]} with its settings, so that it is {above}."
    return f"Move it {place}." if (place := _words(schema, key)) else None


def _words(schema: dict[str, Any], key: str) -> str | None:
    """Return the words for the place of ``key`` in the schema."""
    holder = find_holder(schema, key)
    return None if holder is None else words_for(holder)
