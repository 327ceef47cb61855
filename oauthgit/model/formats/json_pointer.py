"""Build and split JSON Pointers (RFC 6901)."""

from typing import Any


def child(pointer: str, token: str | int) -> str:
    """Return the pointer to a member of the value at ``pointer``, with escapes.

    The token is escaped by RFC 6901 section 3.
    """
    if isinstance(token, str) and ("~" in token or "/" in token):
        token = token.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{token}"


def join(*tokens: str | int) -> str:
    """Return the pointer of ``tokens``; without tokens it is the whole document."""
    pointer = ""
    for token in tokens:
        pointer = child(pointer, token)
    return pointer


def split(pointer: str) -> tuple[str, ...]:
    """Return the unescaped tokens of ``pointer``; the whole document has none."""
    tokens = pointer.split("/")[1:]
    if "~" in pointer:
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in tokens]
    return tuple(tokens)


def parent(pointer: str) -> str:
    """Return the pointer to the parent; the whole document is its own parent."""
    return pointer.rpartition("/")[0]


def value_at(data: Any, pointer: str) -> Any:
    """Return the value at ``pointer``, or None if there is none."""
    for token in split(pointer):
        if isinstance(data, dict):
            data = data.get(token)
        elif isinstance(data, list) and token.isdecimal() and int(token) < len(data):
            data = data[int(token)]
        else:
            return None
    return data


def leaves(data: Any) -> list[tuple[str, Any]]:
    """Return pointer and value of all data that is neither a mapping nor a list.

    The order is that of ``data``.
    """
    if not isinstance(data, (dict, list)):
        return [("", data)]
    found: list[tuple[str, Any]] = []
    _add_leaves(data, "", found)
    return found


def _add_leaves(data: Any, pointer: str, found: list[tuple[str, Any]]) -> None:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        at = f"{pointer}/{key}" if isinstance(key, int) or key.isidentifier() else child(pointer, key)
        if isinstance(value, (dict, list)):
            _add_leaves(value, at, found)
        else:
            found.append((at, value))
