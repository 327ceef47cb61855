"""Find the names that somebody may have meant."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from oauthgit.model.formats.lazy_regex import regex

_USUAL: Final = {
    **dict.fromkeys(("prod", "prd", "p", "live", "productie", "produktion"), "production"),
    **dict.fromkeys(("acc", "accept", "uat", "staging", "stage", "preprod", "pre_production", "a"), "acceptance"),
    **dict.fromkeys(("tst", "testing", "tests", "qa", "t"), "test"),
    **dict.fromkeys(("dev", "develop", "ontwikkeling", "entwicklung", "local", "d"), "development"),
}
"""Usual words for the four environments."""
_PARTS: Final = regex(r"[-_./@ ]+")
_MANY: Final = 2_000
"""The number of names that are compared letter by letter."""


def suggest(
    name: str, names: Iterable[str], most: int = 1, likeness: float = 0.6, *, by_part: bool = True
) -> list[str]:
    """Return up to ``most`` of ``names`` that ``name`` may mean, the best first.

    These are, in this order: a usual word for an environment, the same name in another spelling, names of which ``name``
    is a part (if ``by_part``), and names with a typing error, by ``likeness`` from 0 to 1.
    """
    known = {_spell(each): each for each in names}
    spelt = _spell(name)
    found = _USUAL.get(spelt, spelt)
    if found in known:
        return [known[found]]
    if len(known) > _MANY or not spelt:
        return []
    parts = [known[each] for each in known if by_part and spelt in _PARTS.split(each)]
    if 0 < len(parts) <= most:
        return parts
    return [known[each] for each in _find_similar(spelt, tuple(known), most, likeness)]


@lru_cache(maxsize=8)
def _find_similar(name: str, names: tuple[str, ...], most: int, likeness: float) -> list[str]:
    """Return similar names; the same mistake is often made in many places."""
    import difflib

    return difflib.get_close_matches(name, names, n=most, cutoff=likeness)


def ask_if_meant(found: Iterable[str], quote: str = "") -> str:
    """Return the words that ask if one of these names is meant; empty without names."""
    words = " or ".join(f"{quote}{each}{quote}" for each in found)
    return f"; did you mean {words}?" if words else ""


def _spell(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")
