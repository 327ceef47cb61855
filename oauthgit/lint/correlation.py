"""Compute keys that select the layers for the rules that compare layers."""

from collections.abc import Iterable, Mapping, Sequence
from sys import byteorder

from oauthgit.lint import Checks, without_workflows
from oauthgit.model.document import Document
from oauthgit.model.formats.digest import short
from oauthgit.model.settings import Settings


def correlation_keys(checks: Checks, documents: Iterable[Document], targets: Iterable[Settings]) -> dict[str, bytes]:
    """Return the correlation keys of each layer as numbers of eight bytes.

    :func:`oauthgit.lint.lint_across` matches only if one key occurs on two sides. Numbers are in pairs: the key, and the
    key combined with its side. Documents that concern every layer have the id "".
    """
    layers: dict[str, tuple[list[Document], list[Settings]]] = {}
    for document in documents:
        layers.setdefault(document.layer, ([], []))[0].append(document)
    for settings in targets:
        layers.setdefault(settings.target, ([], []))[1].append(settings)
    packed = {layer: _pack(checks, without_workflows(own), merged) for layer, (own, merged) in layers.items()}
    return {layer: keys for layer, keys in packed.items() if keys}


def _pack(checks: Checks, documents: Sequence[Document], targets: Sequence[Settings]) -> bytes:
    found: set[tuple[str, str]] = set()
    for rule in checks.cross_layer:
        try:
            found.update(
                (f"{rule.code} {key}", side)
                for key, side in (rule.correlation_keys(documents, targets) if rule.correlation_keys else ())
            )
        except Exception:  # noqa: BLE001 - collide, so that the rule itself runs and reports the error
            found |= {(rule.code, "one"), (rule.code, "other")}
    sides = {side: short(side) for _, side in found}
    keys = ((short(key), sides[side]) for key, side in found)
    return b"".join(number.to_bytes(8, byteorder) for key, side in keys for number in (key, key ^ side))


def collisions(correlation_keys: Mapping[str, bytes]) -> set[str]:
    """Return the layers that have a key which is found with two sides."""
    numbers = _numbers(b"".join(correlation_keys.values()))
    keys, on_sides = numbers[::2], numbers[1::2]
    last = dict(zip(keys, on_sides, strict=True))
    suspect = {key for key, on_side in zip(keys, on_sides, strict=True) if last[key] != on_side}
    if not suspect:
        return set()
    return {layer for layer, packed in correlation_keys.items() if not suspect.isdisjoint(_numbers(packed)[::2])}


def _numbers(packed: bytes) -> list[int]:
    return memoryview(packed).cast("Q").tolist()
