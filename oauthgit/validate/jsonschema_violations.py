"""List the violations of a JSON Schema by the library ``jsonschema``.

The library is loaded only if the compiled check does not accept a document, and enters only the parts that it does not
accept. Some keywords have code of our own. Patterns and dates are matched as in the compiled check. Unknown keys come in
the order of the document, because the library iterates over a set. Repeated items are found in linear time, because the
library compares all pairs.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import create

from oauthgit.model.formats.json_pointer import join
from oauthgit.model.schema import schema
from oauthgit.validate.compiled import check_of, identity, is_date, matches
from oauthgit.validate.violation import Schema, Violation


def list_violations(name: str, data: Any) -> Iterator[Violation]:
    """Yield the violations of the schema ``name`` in data of the parser's types."""
    return map(_violation, validator_of(name).iter_errors(data))


def _violation(error: ValidationError) -> Violation:
    alternatives: dict[object, list[Violation]] = {}
    for inner in error.context if error.validator == "anyOf" else ():
        alternatives.setdefault(inner.schema_path[0], []).append(_violation(inner))
        inner.parent = None  # its parent refers to it, and a run does not collect such cycles
    keyword = "propertyNames" if "propertyNames" in error.absolute_schema_path else str(error.validator)
    pointer = join(*error.absolute_path)
    found = tuple(map(tuple, alternatives.values()))
    return Violation(keyword, error.validator_value, error.instance, pointer, error.schema, found)


def _check_pattern(_: Any, pattern: str, value: Any, __: Schema) -> Iterator[ValidationError]:
    if isinstance(value, str) and not matches(pattern, value):
        yield ValidationError("")


def _check_format(_: Any, name: str, value: Any, __: Schema) -> Iterator[ValidationError]:
    if name == "date" and isinstance(value, str) and not is_date(value):
        yield ValidationError("")


def _check_unique(_: Any, requested: object, value: Any, __: Schema) -> Iterator[ValidationError]:
    if requested and isinstance(value, list) and len(set(map(identity, value))) < len(value):
        yield ValidationError("")


def _check_properties(validator: Any, members: Schema, value: Any, _: Schema) -> Iterator[ValidationError]:
    for name in members if isinstance(value, dict) else ():
        if name in value and not check_of(members[name])(value[name]):
            yield from validator.descend(value[name], members[name], path=name, schema_path=name)


def _check_other_keys(validator: Any, rest: Any, value: Any, of: Schema) -> Iterator[ValidationError]:
    known = of.get("properties", {})
    others = [key for key in value if key not in known] if isinstance(value, dict) else []
    if rest is not False:
        for key in others:
            if not check_of(rest)(value[key]):
                yield from validator.descend(value[key], rest, path=key)
    elif others:
        yield ValidationError("")


_OWN: Final = {
    "pattern": _check_pattern,
    "format": _check_format,
    "uniqueItems": _check_unique,
    "properties": _check_properties,
    "additionalProperties": _check_other_keys,
}
_Checker: Final = create(
    Draft202012Validator.META_SCHEMA,
    Draft202012Validator.VALIDATORS | _OWN,
    type_checker=Draft202012Validator.TYPE_CHECKER,
)


@cache
def validator_of(name: str) -> Validator:
    """Return the validator of the schema ``name``."""
    return _Checker(schema(name))
