"""JSON Pointers, the names of places inside a document (RFC 6901)."""

from typing import Any


def child(pointer: str, token: str | int) -> str:
    """Return the pointer to a member of the value at ``pointer``; the token is escaped (RFC 6901 section 3)."""
    if isinstance(token, str) and ("~" in token or "/" in token):
        token = token.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{token}"


def join(*tokens: str | int) -> str:
    """Return the pointer made of ``tokens``; without any it is the whole document."""
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
    """Return the pointer to the value that holds ``pointer``; the whole document is its own parent."""
    return pointer.rpartition("/")[0]


def leaves(data: Any) -> list[tuple[str, Any]]:
    """Return the pointer and the value of everything in ``data`` that is neither a mapping nor a list, in its order.

    Rules ask this of a document one after another, so the last answer is kept; nobody changes it, nor ``data``.
    """
    known, found = _LAST[0]
    if known is not data:
        found = []
        if isinstance(data, (dict, list)):
            _add_leaves(data, "", found)
        else:
            found.append(("", data))
        _LAST[0] = (data, found)
    return found


_LAST: list[tuple[Any, list[tuple[str, Any]]]] = [(object(), [])]


def _add_leaves(data: Any, pointer: str, found: list[tuple[str, Any]]) -> None:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        at = child(pointer, key)
        if isinstance(value, (dict, list)):
            _add_leaves(value, at, found)
        else:
            found.append((at, value))
