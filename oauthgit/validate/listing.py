"""What data does not meet in a JSON Schema, listed as ``jsonschema`` lists it, without its having to be loaded.

A test compares the two on documents of all kinds, and on schemas made up of the keywords below. Where a schema has
another keyword (:func:`is_known`), ``library.py`` lists instead.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from oauthgit.model.pointer import child
from oauthgit.model.schema import schema
from oauthgit.validate.accepting import TYPES, is_annotation, is_date, matches
from oauthgit.validate.violation import Schema, Violation


@cache
def lists(name: str) -> Callable[[Any], Iterator[Violation]]:
    """Return a function that yields what data of the parser's types does not meet in the schema ``name``."""
    of = schema(name)
    if is_known(of):
        return lambda data: violations(of, data)
    from oauthgit.validate import library

    return lambda data: library.violations(of, data)


def violations(of: Schema, value: Any, pointer: str = "") -> Iterator[Violation]:
    """Yield what ``value``, of the parser's types, does not meet in a schema that is known, keyword by keyword.

    A mapping that lacks several of the keys that are required is named once.
    """
    for keyword, limit in of.items():
        if keyword in _FAILS:
            asked, fails = _FAILS[keyword]
            if asked in (None, type(value)) and fails(limit, value):
                yield Violation(keyword, limit, value, pointer, of)
        elif keyword in _BELOW:
            asked, below = _BELOW[keyword]
            if asked in (None, type(value)):
                yield from below(of, value, pointer)


def is_known(of: Any) -> bool:
    """Tell whether all that a schema asks, at every level, is asked by keywords that this module knows."""
    if not isinstance(of, Mapping):
        return False
    words = {word for word in of if not is_annotation(word)}
    known = words <= _FAILS.keys() | _BELOW.keys() | {"then"} and set(_types(of.get("type", []))) <= TYPES.keys()
    return known and all(map(is_known, _inner(of)))


def _inner(of: Schema) -> Iterator[Any]:
    """Yield the schemas that are parts of a schema."""
    for keyword in ("items", "contains", "propertyNames", "if", "then"):
        if keyword in of:
            yield of[keyword]
    if not isinstance(of.get("additionalProperties", True), bool):
        yield of["additionalProperties"]
    yield from of.get("properties", {}).values()
    yield from of.get("anyOf", ())
    yield from of.get("allOf", ())


def _types(named: str | list[str]) -> list[str]:
    return [named] if isinstance(named, str) else named


def _meets(of: Schema, value: Any) -> bool:
    return next(violations(of, value), None) is None


def _identity(value: Any) -> Any:
    """Return what two values have in common only if they are equal in JSON, where true is not 1."""
    if isinstance(value, list):
        return (list, tuple(map(_identity, value)))
    if isinstance(value, dict):
        return (dict, frozenset((key, _identity(member)) for key, member in value.items()))
    return (type(value), value) if isinstance(value, bool) else value


def _members(of: Schema, value: dict[str, Any], pointer: str) -> Iterator[Violation]:
    for name, member in of["properties"].items():
        if name in value:
            yield from violations(member, value[name], child(pointer, name))


def _others(of: Schema, value: dict[str, Any], pointer: str) -> Iterator[Violation]:
    rest = of["additionalProperties"]
    others = [key for key in value if key not in of.get("properties", {})]
    if rest is False and others:
        yield Violation("additionalProperties", rest, value, pointer, of)
    elif not isinstance(rest, bool):
        for key in others:
            yield from violations(rest, value[key], child(pointer, key))


def _names(of: Schema, value: dict[str, Any], pointer: str) -> Iterator[Violation]:
    for key in value:
        yield from map(_of_name, violations(of["propertyNames"], key, pointer))


def _of_name(violation: Violation) -> Violation:
    alternatives = tuple(tuple(map(_of_name, found)) for found in violation.alternatives)
    return violation._replace(keyword="propertyNames", alternatives=alternatives)


def _items(of: Schema, value: list[Any], pointer: str) -> Iterator[Violation]:
    for index, item in enumerate(value):
        yield from violations(of["items"], item, child(pointer, index))


def _every(of: Schema, value: Any, pointer: str) -> Iterator[Violation]:
    for each in of["allOf"]:
        yield from violations(each, value, pointer)


def _any(of: Schema, value: Any, pointer: str) -> Iterator[Violation]:
    alternatives = tuple(tuple(violations(each, value, pointer)) for each in of["anyOf"])
    if all(alternatives):
        yield Violation("anyOf", of["anyOf"], value, pointer, of, alternatives)


def _conditional(of: Schema, value: Any, pointer: str) -> Iterator[Violation]:
    if "then" in of and _meets(of["if"], value):
        yield from violations(of["then"], value, pointer)


_FAILS: Final[dict[str, tuple[type | None, Callable[[Any, Any], bool]]]] = {
    "type": (None, lambda named, value: type(value) not in map(TYPES.__getitem__, _types(named))),
    "enum": (None, lambda allowed, value: _identity(value) not in map(_identity, allowed)),
    "const": (None, lambda only, value: _identity(value) != _identity(only)),
    "minLength": (str, lambda least, value: len(value) < least),
    "maxLength": (str, lambda most, value: len(value) > most),
    "pattern": (str, lambda pattern, value: not matches(pattern, value)),
    "format": (str, lambda name, value: name == "date" and not is_date(value)),
    "minimum": (int, lambda least, value: value < least),
    "maximum": (int, lambda most, value: value > most),
    "minItems": (list, lambda least, value: len(value) < least),
    "uniqueItems": (list, lambda asked, value: asked and len(set(map(_identity, value))) < len(value)),
    "contains": (list, lambda some, value: not any(_meets(some, item) for item in value)),
    "required": (dict, lambda keys, value: any(key not in value for key in keys)),
}
"""Of which values a keyword asks something (None: of all), and whether one fails it."""

_BELOW: Final[dict[str, tuple[type | None, Callable[[Schema, Any, str], Iterator[Violation]]]]] = {
    "properties": (dict, _members),
    "additionalProperties": (dict, _others),
    "propertyNames": (dict, _names),
    "items": (list, _items),
    "allOf": (None, _every),
    "anyOf": (None, _any),
    "if": (None, _conditional),
}
"""The keywords that hold other schemas, and what is wrong by these."""
