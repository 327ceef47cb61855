"""Derive the environment of a target from the words of its name."""

from typing import Final

from oauthgit.model.formats.environment_words import WORDS
from oauthgit.model.formats.lazy_regex import regex

_BETWEEN: Final = regex(r"[^a-z0-9]+")
_NEGATIONS: Final = frozenset(("non", "no", "not", "pre", "post", "ex", "old", "former"))


def guess_environment(name: str) -> tuple[str, str] | None:
    """Return the environment and the word of the name that means it, or None.

    Only whole words count, and only if all of them mean the same: ``nonprod``, ``non-prod``, ``latest`` and
    ``prod-test`` are not certain.
    """
    words = [word.rstrip("0123456789") for word in _BETWEEN.split(name.lower())]
    found = {WORDS[word]: word for word in words if word in WORDS}
    if len(found) != 1 or not _NEGATIONS.isdisjoint(words):
        return None
    return next(iter(found.items()))
