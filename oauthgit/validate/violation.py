"""Describe a violation of a JSON Schema, independently of the validator."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Schema = Mapping[str, Any]


class Violation(NamedTuple):
    """Represent a keyword of a schema that the value at a JSON Pointer does not meet.

    ``limit`` is the value of the keyword, and ``schema`` contains it. If ``propertyNames`` refuses a key, that is the
    keyword, the value is the key, and the pointer is that of its mapping.
    """

    keyword: str
    limit: Any
    value: Any
    pointer: str
    schema: Any
    alternatives: tuple[tuple["Violation", ...], ...] = ()
    """The violations of each schema of a failed ``anyOf``."""
