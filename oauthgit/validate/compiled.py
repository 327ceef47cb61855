"""Compile JSON Schemas into functions that quickly accept valid data.

They accept the data that the library ``jsonschema`` accepts; a test compares both on valid and invalid documents of all
kinds. A schema with a keyword that is not compiled accepts nothing. ``jsonschema_violations.py`` lists what is wrong.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from oauthgit.model.formats.reserved_variable import is_free_variable, is_variable_pattern
from oauthgit.model.schema import schema

Check = Callable[[Any], bool]

_TYPES: Final = {"string": str, "integer": int, "boolean": bool, "null": type(None), "array": list, "object": dict}
_ANNOTATIONS: Final = {"$schema", "$id", "title", "description", "examples", "default"}
_KNOWN: Final[dict[tuple[int | str, ...], tuple[Mapping[str, Any], Check]]] = {}
"""Schemas and their checks, by the identity of a schema: one that is kept keeps it."""


@cache
def accepts(name: str) -> Check:
    """Return a function that returns True if data meets the schema ``name``.

    The data has the types of the parser.
    """
    return check_of(schema(name))


def check_of(of: Mapping[str, Any], *keywords: str) -> Check:
    """Return the check of a schema, or of some of its keywords, compiled once."""
    key: tuple[int | str, ...] = (id(of), *keywords)
    known = _KNOWN.get(key)
    if known is None:
        known = _KNOWN[key] = of, _compile_check({word: of[word] for word in keywords} or of)
    return known[1]


def is_annotation(keyword: str) -> bool:
    """Return True for a keyword that no data can violate."""
    return keyword in _ANNOTATIONS or keyword.startswith("x-")


def _compile_check(of: Mapping[str, Any]) -> Check:
    """Return the check of a schema, which depends on the type of a value."""
    keywords = {word: limit for word, limit in of.items() if not is_annotation(word)}
    named = keywords.pop("type", list(_TYPES))
    if "if" in keywords and "then" in keywords:
        keywords["if"] = (keywords.pop("if"), keywords.pop("then"))
    always = [make(keywords.pop(word)) for word, make in _OF_ANY.items() if word in keywords]
    table: dict[type, Check] = {}
    for kind in [named] if isinstance(named, str) else named:
        make_own, words = _OF_TYPE.get(kind, (None, ()))
        own = {word: keywords[word] for word in words if word in keywords}
        checks = [make_own(own), *always] if make_own and own else always
        table[_TYPES[kind]] = _all(checks)
    if keywords.keys() - {word for _, words in _OF_TYPE.values() for word in words}:
        return _no
    if len(table) == 1:
        ((only, check),) = table.items()
        if check is _yes:
            return lambda value: type(value) is only
        return lambda value: type(value) is only and check(value)
    return lambda value: table.get(type(value), _no)(value)


def _yes(_value: Any) -> bool:
    return True


def _no(_value: Any) -> bool:
    return False


def _all(checks: list[Check]) -> Check:
    if len(checks) > 1:
        return lambda value: all(check(value) for check in checks)
    return checks[0] if checks else _yes


def _text(own: Mapping[str, Any]) -> Check:
    least, most = own.get("minLength", 0), own.get("maxLength", float("inf"))
    checks: list[Check] = [lambda value: least <= len(value) <= most] if {"minLength", "maxLength"} & own.keys() else []
    if "pattern" in own:
        checks.append(_pattern(own["pattern"]))
    if own.get("format") == "date":
        checks.append(is_date)
    return _all(checks)


def _pattern(pattern: str) -> Check:
    """Return a search for ``pattern``, which is compiled at its first use."""
    return is_free_variable if is_variable_pattern(pattern) else lambda value: matches(pattern, value)


def matches(pattern: str, value: str) -> bool:
    """Return True if ``value`` contains the pattern of a schema."""
    if is_variable_pattern(pattern):
        return is_free_variable(value)
    return _compile(pattern).search(value) is not None


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def is_date(value: str) -> bool:
    """Return True if a text is a day such as 2027-06-30.

    Source: RFC 3339 section 5.6, full-date.
    """
    from datetime import date

    try:
        return (
            value.isascii() and len(value) == len("2027-06-30") and value[7] == "-" and bool(date.fromisoformat(value))
        )
    except ValueError:
        return False


def _number(own: Mapping[str, Any]) -> Check:
    least, most = own.get("minimum", float("-inf")), own.get("maximum", float("inf"))
    return lambda value: least <= value <= most


def _list(own: Mapping[str, Any]) -> Check:
    least, unique = own.get("minItems", 0), own.get("uniqueItems", False)
    item, some = check_of(own.get("items", {})), check_of(own["contains"]) if "contains" in own else None

    def check(value: list[Any]) -> bool:
        if len(value) < least or not all(map(item, value)) or (some and not any(map(some, value))):
            return False
        return not unique or len(set(map(identity, value))) == len(value)

    return check


def identity(value: Any) -> Any:
    """Return a key that is the same for values that are equal in JSON; true is not 1."""
    if isinstance(value, list):
        return (list, tuple(map(identity, value)))
    if isinstance(value, dict):
        return (dict, frozenset((key, identity(member)) for key, member in value.items()))
    return (type(value), value) if isinstance(value, bool) else value


def _mapping(own: Mapping[str, Any]) -> Check:
    members = {name: check_of(member) for name, member in own.get("properties", {}).items()}
    rest, names = own.get("additionalProperties", True), own.get("propertyNames")
    others = check_of(rest) if isinstance(rest, Mapping) else _yes if rest else _no
    name_check, required = check_of(names) if names else None, frozenset(own.get("required", ()))

    def check(value: dict[str, Any]) -> bool:
        if name_check and not all(map(name_check, value)):
            return False
        for name, member in value.items():
            if not members.get(name, others)(member):
                return False
        return required <= value.keys()

    return check


def _one_of(allowed: list[Any]) -> Check:
    """Return a check that accepts only texts and null.

    JSON Schema compares numbers and booleans by rules of its own.
    """
    known = frozenset(allowed)
    if not all(each is None or type(each) is str for each in known):
        return _no
    return lambda value: (type(value) is str or value is None) and value in known


def _any(schemas: list[Mapping[str, Any]]) -> Check:
    checks = [check_of(each) for each in schemas]
    return lambda value: any(check(value) for check in checks)


def _conditional(schemas: tuple[Mapping[str, Any], Mapping[str, Any]]) -> Check:
    condition, then = map(check_of, schemas)
    return lambda value: not condition(value) or then(value)


_OF_ANY: Final[dict[str, Callable[[Any], Check]]] = {
    "enum": _one_of,
    "const": lambda only: _one_of([only]),
    "anyOf": _any,
    "allOf": lambda schemas: _all([check_of(each) for each in schemas]),
    "if": _conditional,
}
_OF_TYPE: Final[dict[str, tuple[Callable[[Mapping[str, Any]], Check], tuple[str, ...]]]] = {
    "string": (_text, ("minLength", "maxLength", "pattern", "format")),
    "integer": (_number, ("minimum", "maximum")),
    "array": (_list, ("items", "minItems", "uniqueItems", "contains")),
    "object": (_mapping, ("properties", "additionalProperties", "propertyNames", "required")),
}
