"""JSON Pointers, the names of places inside a document (RFC 6901)."""

from collections.abc import Iterator
from typing import Any


def child(pointer: str, token: str | int) -> str:
    """Return the pointer to a member of the value at ``pointer``; the token is escaped (RFC 6901 section 3)."""
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"


def join(*tokens: str | int) -> str:
    """Return the pointer made of ``tokens``; without any it is the whole document."""
    pointer = ""
    for token in tokens:
        pointer = child(pointer, token)
    return pointer


def split(pointer: str) -> tuple[str, ...]:
    """Return the unescaped tokens of ``pointer``; the whole document has none."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def parent(pointer: str) -> str:
    """Return the pointer to the value that holds ``pointer``; the whole document is its own parent."""
    return pointer.rpartition("/")[0]


def leaves(data: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the pointer and the value of everything in ``data`` that is neither a mapping nor a list."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, child(pointer, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from leaves(value, child(pointer, index))
    else:
        yield pointer, data
