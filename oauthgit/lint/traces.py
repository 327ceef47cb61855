"""Traces: what is handed from part to part of a project, so that rules that look across are asked only where these meet."""

from collections.abc import Sequence
from itertools import chain
from sys import byteorder

from oauthgit.lint import Checks, without_workflows
from oauthgit.model.digest import short
from oauthgit.model.document import Document
from oauthgit.model.settings import Settings


def traces(checks: Checks, documents: Sequence[Document], targets: Sequence[Settings]) -> bytes:
    """Return what tells whether :func:`oauthgit.lint.across` would find anything, for :func:`meeting`: numbers of eight bytes.

    The first half of them stands for the keys of traces, the other for the same keys on their sides.
    """
    documents = without_workflows(documents)
    found: set[tuple[str, str]] = set()
    for rule in checks.across:
        try:
            found.update(
                (f"{rule.code} {key}", side) for key, side in (rule.traces(documents, targets) if rule.traces else ())
            )
        except Exception:  # noqa: BLE001 - whatever it is, the rule itself is asked then, and tells
            found |= {(rule.code, "one"), (rule.code, "other")}
    sides = {side: short(side) for _, side in found}
    keys = [(short(key), sides[side]) for key, side in found]
    return b"".join(
        number.to_bytes(8, byteorder) for number in (*(key for key, _ in keys), *(key ^ side for key, side in keys))
    )


def meeting(parts: Sequence[bytes]) -> list[int]:
    """Return the numbers of those parts, given by their traces, in which :func:`oauthgit.lint.across` may find anything."""
    keys = [_numbers(part[: len(part) // 2]) for part in parts]
    together = list(chain.from_iterable(keys))
    if len(set(together)) == len(together):
        return []
    sides: dict[int, set[int]] = {}
    for key, on_side in zip(
        together, chain.from_iterable(_numbers(part[len(part) // 2 :]) for part in parts), strict=True
    ):
        sides.setdefault(key, set()).add(on_side)
    suspect = {key for key, several in sides.items() if len(several) > 1}
    return [number for number, known in enumerate(keys) if not suspect.isdisjoint(known)]


def _numbers(packed: bytes) -> list[int]:
    return memoryview(packed).cast("Q").tolist()
