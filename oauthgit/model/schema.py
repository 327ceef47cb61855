"""Load the shipped JSON Schemas and read names and defaults of settings from them."""

import json
import os
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from oauthgit.model.formats.sops_metadata import SELECTIONS
from oauthgit.model.workspace import FOREIGN, LAYERS, Kind

EFFECTIVE: Final = "effective"
"""The schema of one server's effective settings: complete, nothing nullable."""

NAMES: Final = (*(kind.value for kind in Kind if kind not in FOREIGN), EFFECTIVE, "report")
_ADVICE: Final = {
    "date": "Write a date such as 2027-06-30.",
    "uri": "Write a URL such as https://crm.example.com/oauth/token.",
    "pattern": "Write a name such as those that oauthgit schema shows.",
    "boolean": "Write true or false.",
    "integer": "Write a whole number in decimal digits, such as 15.",
    "array": "Write a list, such as [one, two].",
    "object": "Write a mapping, which has keys of its own.",
}
_OF_SOPS: Final = frozenset(("path_regex", "mac_only_encrypted", "shamir_threshold", "version", *SELECTIONS))
_PACKAGE: Final = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - pathlib is not loaded for that


def schema_text(name: str) -> str:
    """Return the text of ``schema/<name>.schema.json``; ``name`` is one of ``NAMES``."""
    with open(f"{find_home('schema')}/schema/{name}.schema.json", encoding="utf-8") as file:  # noqa: PTH123 - as above
        return file.read()


def find_home(folder: str) -> str:
    """Return the folder that contains ``folder`` of this program.

    An installed package contains it; in a checkout it is next to the package.
    """
    return _PACKAGE if os.path.isdir(f"{_PACKAGE}/{folder}") else os.path.dirname(_PACKAGE)  # noqa: PTH112, PTH120 - as above


@cache
def schema(name: str) -> dict[str, Any]:
    """Return the schema ``name``; it is shared and must not be changed."""
    loaded: dict[str, Any] = json.loads(schema_text(name))
    return loaded


def defaults(of: dict[str, Any]) -> dict[str, Any]:
    """Return the defaults in an object's schema, nested objects included."""
    stated: dict[str, Any] = {}
    for name, member in of.get("properties", {}).items():
        if member.get("properties"):
            stated[name] = defaults(member)
        elif member.get("default") is not None:
            stated[name] = member["default"]
    return stated


def server_defaults() -> dict[str, Any]:
    """Return the platform's defaults for an OAuth server."""
    return defaults(schema(EFFECTIVE))


def server_settings() -> tuple[str, ...]:
    """Return the names of an OAuth server's settings, in their defined order."""
    servers = schema(Kind.BRANCH)["properties"]["oauth_servers"]
    return tuple(servers["additionalProperties"]["properties"])


@cache
def platform_labels() -> dict[str, str]:
    """Return the labels of the platform's screens for settings, by dotted names."""
    servers = schema(Kind.BRANCH)["properties"]["oauth_servers"]
    return dict(_labels(servers["additionalProperties"]["properties"], ""))


@cache
def find_settings(name: str) -> tuple[dict[str, Any], ...]:
    """Return the schemas of all settings called ``name`` in files that people write."""
    files = (*LAYERS, Kind.POLICY)
    return tuple(member for kind in files for member in _members(schema(kind), name))


def find_member(of: dict[str, Any], path: Iterable[str]) -> dict[str, Any]:
    """Return the schema of the value at a path of keys; empty if there is none."""
    for token in path:
        inner = of.get("items") if token.isdecimal() and "items" in of else of.get("properties", {}).get(token)
        if inner is None:
            inner = of.get("additionalProperties")
        of = inner if isinstance(inner, dict) else {}
    return of


def advise_value(of: dict[str, Any]) -> str:
    """Return the advice for a value that a schema refuses; empty if it takes any text."""
    types = of.get("type", ())
    kind = types if isinstance(types, str) else next(iter(types), "")
    if "enum" in of or "const" in of:
        words = [str(word) for word in of.get("enum", [of.get("const")]) if word is not None]
        return f"Write {'one of ' * (len(words) > 1)}{', '.join(words)}."
    if kind == "string":
        return _ADVICE.get(of.get("format", "pattern" if "pattern" in of else ""), "")
    return _ADVICE.get(kind, "")


@cache
def harmless_keys() -> frozenset[str]:
    """Return the keys of all schemas whose values may be shown.

    Keys whose value may be a secret by mistake are excluded.
    """
    names = {name for kind in Kind if kind in NAMES for name in _names(schema(kind))}
    return frozenset(names - {"client_secret", "from_env"} | _OF_SOPS)


def _names(of: Any) -> set[str]:
    if isinstance(of, list):
        return set().union(*map(_names, of))
    if not isinstance(of, dict):
        return set()
    found = set(of.get("properties", {}))
    return found.union(*(_names(member) for member in of.values()))


def _labels(properties: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, member in properties.items():
        if "x-platform-label" in member:
            yield prefix + name, member["x-platform-label"]
        yield from _labels(member.get("properties", {}), f"{prefix}{name}.")


def _members(of: Any, name: str) -> Iterator[dict[str, Any]]:
    if isinstance(of, list):
        for each in of:
            yield from _members(each, name)
    elif isinstance(of, dict):
        if name in of.get("properties", {}):
            yield of["properties"][name]
        for each in of.values():
            yield from _members(each, name)
