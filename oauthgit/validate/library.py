"""What ``jsonschema`` finds, for schemas with a keyword that ``listing.py`` does not know; ours have none."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from oauthgit.model.pointer import join
from oauthgit.validate.violation import Schema, Violation


def violations(of: Schema, value: Any) -> Iterator[Violation]:
    """Yield what ``value`` does not meet in a schema (draft 2020-12; of formats, dates are checked)."""
    validator = Draft202012Validator(of, format_checker=FormatChecker(["date"]))
    return map(_violation, validator.iter_errors(value))


def _violation(error: ValidationError) -> Violation:
    alternatives: dict[object, list[Violation]] = {}
    for inner in (error.context or ()) if error.validator == "anyOf" else ():
        alternatives.setdefault(inner.schema_path[0], []).append(_violation(inner))
    keyword = "propertyNames" if "propertyNames" in error.absolute_schema_path else str(error.validator)
    pointer = join(*error.absolute_path)
    found = tuple(map(tuple, alternatives.values()))
    return Violation(keyword, error.validator_value, error.instance, pointer, error.schema, found)
