"""Make the fixes of values with a wrong type or spelling: OG202, OG204.

Ambiguous values have no fix.
"""

from collections.abc import Sequence
from typing import Any, Final

from oauthgit.model.fix import Fix, Quote, Replace
from oauthgit.model.formats.lazy_regex import regex

_SWITCHES: Final = {"true": True, "false": False}
_INTEGER: Final = regex(r"0|[1-9][0-9]{0,17}")
_PUNCTUATION: Final = frozenset(",;|[]{}\"'")
"""Characters that may separate the items of a list that was written as a text, or belong to them."""


def retype(value: Any, wanted: str) -> Fix | None:
    """Return the fix if only the notation of a value does not match its schema.

    ``wanted`` is the type that the schema requires.
    """
    if wanted == "string":
        return Quote() if isinstance(value, bool | int) else None
    if not isinstance(value, str):
        return None
    if wanted == "boolean" and value.lower() in _SWITCHES:
        return Replace(_SWITCHES[value.lower()])
    if wanted == "integer" and _INTEGER.fullmatch(value):
        return Replace(int(value))
    words = value.split()
    return Replace(tuple(words)) if wanted == "array" and words and not set(value) & _PUNCTUATION else None


def respell(value: Any, words: Sequence[str]) -> Fix | None:
    """Return the fix if a text is one of ``words`` in another spelling.

    Case, hyphens, and white space around it may differ.
    """
    spelt = value.strip().lower().replace("-", "_") if isinstance(value, str) else ""
    same = [word for word in words if word.lower().replace("-", "_") == spelt]
    return Replace(same[0]) if len(same) == 1 else None
