"""List the violations of a JSON Schema in data that is not accepted.

A part that its compiled check accepts has none, so little is visited besides the mistakes. The list is that of the library
``jsonschema``, with unknown keys in the order of the document; a test compares both.
"""

from collections.abc import Iterator
from typing import Any, Final

from oauthgit.model.formats.json_pointer import child
from oauthgit.model.schema import schema
from oauthgit.validate.compiled import check_of, is_annotation
from oauthgit.validate.violation import Schema, Violation

_OF_PARTS: Final = frozenset(("properties", "additionalProperties", "items", "allOf", "if", "then"))
"""Keywords that apply other schemas to a value or to its members."""


def list_violations(name: str, data: Any) -> Iterator[Violation]:
    """Yield the violations of the schema ``name`` in data of the parser's types."""
    return _list(schema(name), data, "")


def _list(of: Schema, value: Any, pointer: str) -> Iterator[Violation]:
    for keyword, limit in of.items():
        if keyword == "propertyNames":
            wrong = [key for key in value if not check_of(limit)(key)] if isinstance(value, dict) else ()
            yield from (each._replace(keyword=keyword) for key in wrong for each in _list(limit, key, pointer))
        elif keyword in _OF_PARTS and limit is not False:
            for inner, part, tokens in _parts(keyword, of, value):
                if not check_of(inner)(part):
                    yield from _list(inner, part, child(pointer, *tokens) if tokens else pointer)
        elif not is_annotation(keyword) and not _is_met(keyword, of, value):
            alternatives = tuple(tuple(_list(each, value, pointer)) for each in limit) if keyword == "anyOf" else ()
            yield Violation(keyword, limit, value, pointer, of, alternatives)


def _is_met(keyword: str, of: Schema, value: Any) -> bool:
    if keyword == "additionalProperties":
        return not isinstance(value, dict) or value.keys() <= of.get("properties", {}).keys()
    return check_of(of, keyword)(value)


def _parts(keyword: str, of: Schema, value: Any) -> Iterator[tuple[Schema, Any, tuple[str | int, ...]]]:
    """Yield the schemas that a keyword applies, with values and tokens of pointers."""
    limit, known = of[keyword], of.get("properties", {})
    if keyword == "allOf":
        yield from ((each, value, ()) for each in limit)
    elif keyword == "then" and check_of(of["if"])(value):
        yield limit, value, ()
    elif keyword == "items" and isinstance(value, list):
        yield from ((limit, item, (number,)) for number, item in enumerate(value))
    elif keyword == "properties" and isinstance(value, dict):
        yield from ((member, value[name], (name,)) for name, member in limit.items() if name in value)
    elif keyword == "additionalProperties" and isinstance(value, dict):
        yield from ((limit, value[key], (key,)) for key in value if key not in known)
