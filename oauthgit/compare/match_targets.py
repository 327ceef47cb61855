"""Match the targets of two states: by id, and renamed ones by similarity."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from oauthgit.compare.causes import Pair
from oauthgit.compare.equality import list_traits
from oauthgit.model.difference import Side
from oauthgit.model.settings import Settings

_SIMILARITY: Final = 0.5
"""The least share of equal settings of a renamed target; git uses the same share of lines for renamed files."""


class TargetPairs(NamedTuple):
    """Hold the targets of both states, the removed ones, and the added ones.

    A target of both states may have two names.
    """

    pairs: tuple[Pair, ...]
    removed: tuple[Settings, ...]
    added: tuple[Settings, ...]


def pair_targets(before: Side, after: Side) -> TargetPairs:
    """Match the targets that can be compared."""
    was = {name: each for name, each in before.targets.items() if name not in after.unknown}
    now = {name: each for name, each in after.targets.items() if name not in before.unknown}
    gone = [each for name, each in was.items() if name not in now]
    new = [each for name, each in now.items() if name not in was]
    renamed = _find_renamed(gone, new, before, after)
    earlier = {to: name for name, to in renamed.items()}
    pairs = [
        Pair(was[earlier.get(name, name)], each, before, after)
        for name, each in now.items()
        if name in was or name in earlier
    ]
    return TargetPairs(
        tuple(pairs),
        tuple(each for each in gone if each.target not in renamed),
        tuple(each for each in new if each.target not in earlier),
    )


def _find_renamed(gone: Sequence[Settings], new: Sequence[Settings], before: Side, after: Side) -> dict[str, str]:
    """Return the new id of each renamed target; the most similar are matched first."""
    was = {each.target: list_traits(each, before) for each in gone}
    now = {each.target: list_traits(each, after) for each in new}
    likenesses = [
        (-len(was[old.target] & now[each.target]) / max(len(was[old.target]), len(now[each.target]), 1), old, each)
        for old in gone
        for each in new
        if old.kind is each.kind and old.environment == each.environment
    ]
    renamed: dict[str, str] = {}
    for likeness, old, each in sorted(likenesses, key=lambda one: (one[0], one[1].target, one[2].target)):
        if -likeness >= _SIMILARITY and old.target not in renamed and each.target not in renamed.values():
            renamed[old.target] = each.target
    return renamed
