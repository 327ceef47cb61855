"""Match the targets of two states: by id, and renamed ones by similarity."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from oauthgit.compare.causes import Pair
from oauthgit.compare.equality import traits
from oauthgit.model.difference import Side
from oauthgit.model.settings import Settings

_ALIKE: Final = 0.5
"""The least share of equal settings of a renamed target; git uses the same share of lines for renamed files."""


class Matched(NamedTuple):
    """Hold the targets of both states, the removed ones, and the added ones.

    A target of both states may have two names.
    """

    pairs: tuple[Pair, ...]
    gone: tuple[Settings, ...]
    new: tuple[Settings, ...]


def matched(before: Side, after: Side) -> Matched:
    """Match the targets that can be compared."""
    was = {name: each for name, each in before.targets.items() if name not in after.unknown}
    now = {name: each for name, each in after.targets.items() if name not in before.unknown}
    gone = [each for name, each in was.items() if name not in now]
    new = [each for name, each in now.items() if name not in was]
    renamed = _renamed(gone, new, before, after)
    earlier = {to: name for name, to in renamed.items()}
    pairs = [
        Pair(was[earlier.get(name, name)], each, before, after)
        for name, each in now.items()
        if name in was or name in earlier
    ]
    return Matched(
        tuple(pairs),
        tuple(each for each in gone if each.target not in renamed),
        tuple(each for each in new if each.target not in earlier),
    )


def _renamed(gone: Sequence[Settings], new: Sequence[Settings], before: Side, after: Side) -> dict[str, str]:
    """Return the new id of each renamed target; the most similar are matched first."""
    was = {each.target: traits(each, before) for each in gone}
    now = {each.target: traits(each, after) for each in new}
    likenesses = [
        (-len(was[old.target] & now[each.target]) / max(len(was[old.target]), len(now[each.target]), 1), old, each)
        for old in gone
        for each in new
        if old.kind is each.kind and old.environment == each.environment
    ]
    renamed: dict[str, str] = {}
    for likeness, old, each in sorted(likenesses, key=lambda one: (one[0], one[1].target, one[2].target)):
        if -likeness >= _ALIKE and old.target not in renamed and each.target not in renamed.values():
            renamed[old.target] = each.target
    return renamed
