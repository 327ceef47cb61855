"""Find the partitions whose correlation keys collide."""

from collections.abc import Sequence
from itertools import chain


def collisions(keys_of_parts: Sequence[bytes]) -> list[int]:
    """Return the numbers of the partitions in which one key is found with two sides.

    Keys are numbers of eight bytes. The first half of a partition's bytes are its keys, the second half the same keys
    with their sides (:mod:`oauthgit.lint.correlation`).
    """
    keys = [_numbers(part[: len(part) // 2]) for part in keys_of_parts]
    together = list(chain.from_iterable(keys))
    if len(set(together)) == len(together):
        return []
    sides: dict[int, set[int]] = {}
    on_sides = chain.from_iterable(_numbers(part[len(part) // 2 :]) for part in keys_of_parts)
    for key, on_side in zip(together, on_sides, strict=True):
        sides.setdefault(key, set()).add(on_side)
    suspect = {key for key, several in sides.items() if len(several) > 1}
    return [number for number, known in enumerate(keys) if not suspect.isdisjoint(known)]


def _numbers(packed: bytes) -> list[int]:
    return memoryview(packed).cast("Q").tolist()
