"""Compare effective settings with cells; absent and empty values have the default."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from oauthgit.model.formats.url import SERVER_URLS
from oauthgit.model.schema import server_defaults
from oauthgit.platform import meaning

_URLS = frozenset(pointer.rpartition("/")[2] for pointer in SERVER_URLS)


def is_equal(name: str, git: Any, platform: Any) -> bool:
    """Return True if two values of a setting have the same effect.

    Lists are sets, and URLs are compared in their normal form; all other texts are compared as they are.
    """
    one, other = (_or_default(name, value) for value in (git, platform))
    if one == other:
        return True
    return (name in _URLS or isinstance(one, list | tuple)) and meaning.is_equal(name, one, other)


def value_of(data: Mapping[str, Any], name: str) -> Any:
    """Return the value of a setting by its dotted name, or None."""
    found: Any = data
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _or_default(name: str, value: Any) -> Any:
    if value is None or value in ("", (), []):
        default = _defaults().get(name)
        return default or (default if default is False else None)
    return value


@cache
def _defaults() -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in server_defaults().items():
        flat |= {f"{name}.{inner}": each for inner, each in value.items()} if isinstance(value, dict) else {name: value}
    return flat
