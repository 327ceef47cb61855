"""What data does not meet in a schema, whoever found it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Schema = Mapping[str, Any]


class Violation(NamedTuple):
    """A keyword of a schema that the value at a JSON Pointer does not meet.

    ``limit`` is what the keyword says, and ``schema`` what it is a part of. Where ``propertyNames`` refuses a key, the
    keyword is always that one, the value is the key, and the pointer that of its mapping.
    """

    keyword: str
    limit: Any
    value: Any
    pointer: str
    schema: Any
    alternatives: tuple[tuple["Violation", ...], ...] = ()
    """Of a failed ``anyOf``: what is wrong by each of its schemas."""
