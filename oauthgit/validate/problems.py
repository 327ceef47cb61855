"""Find the problems of data in a JSON Schema."""

from typing import TYPE_CHECKING, Any

from oauthgit.model.schema import schema
from oauthgit.validate.compiled import accepts

if TYPE_CHECKING:
    from oauthgit.validate.explain import Problem, TextOf


def no_text(_pointer: str, _value: object) -> str:
    """Return no text for values that are in no file."""
    return ""


def find_problems(name: str, data: Any, text_of: "TextOf" = no_text) -> "list[Problem]":
    """Return the problems of data; ``text_of`` returns values as they are written.

    The library that lists them is loaded only if there are any.
    """
    if accepts(name)(data):
        return []
    from oauthgit.validate.explain import explain
    from oauthgit.validate.jsonschema_violations import list_violations

    return explain(list_violations(name, data), schema(name), data, text_of)
