"""How values of a wrong type or spelling are mended: OG202, OG204. What is not plain is left to people."""

from collections.abc import Sequence
from typing import Any, Final

from oauthgit.model.fix import Fix, Quote, Replace
from oauthgit.model.formats.lazy_regex import regex

_SWITCHES: Final = {"true": True, "false": False}
_INTEGER: Final = regex(r"0|[1-9][0-9]{0,17}")
_PUNCTUATION: Final = frozenset(",;|[]{}\"'")
"""What may divide the items of a list that was written as a text, or belong to them."""


def retyped(value: Any, wanted: str) -> Fix | None:
    """Return the fix where a value plainly is of the type that is wanted, but for how it is written."""
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


def respelt(value: Any, words: Sequence[str]) -> Fix | None:
    """Return the fix where a text is one of ``words`` but for case, hyphens, and white space around it."""
    spelt = value.strip().lower().replace("-", "_") if isinstance(value, str) else ""
    same = [word for word in words if word.lower().replace("-", "_") == spelt]
    return Replace(same[0]) if len(same) == 1 else None
