"""The fold of layers equals RFC 7396, and the recorded history of each value is right."""

from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from oauthgit.merge.fold import EMPTY, Layer, fold_layer
from oauthgit.model.formats.json_pointer import child, split

KEYS = st.sampled_from(["a", "b", "c", "x/y", "t~z", ""])
ATOMS = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=2) | st.lists(st.integers(0, 2), max_size=2)
VALUES = st.recursive(ATOMS, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)
PATCHES = st.lists(st.dictionaries(KEYS, VALUES, max_size=3), max_size=5)


def merge_patch(target: Any, patch: Any) -> Any:
    """Apply a patch as the pseudocode of RFC 7396 section 2 does."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


def leaves(value: Any, pointer: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {pointer: value}
    found: dict[str, Any] = {}
    for key, inner in value.items():
        found |= leaves(inner, child(pointer, key))
    return found


def at(value: Any, pointer: str) -> Any:
    for token in split(pointer):
        value = value[token] if isinstance(value, dict) and token in value else None
    return value


def folded(patches: list[dict[str, Any]]) -> Any:
    return reduce(fold_layer, (Layer(str(number), patch) for number, patch in enumerate(patches)), EMPTY)


@given(PATCHES)
def test_fold_equals_rfc_7396(patches: list[dict[str, Any]]) -> None:
    assert folded(patches).data == reduce(merge_patch, patches, {})


@given(PATCHES)
def test_latest_origin_of_every_leaf_has_its_value(patches: list[dict[str, Any]]) -> None:
    result = folded(patches)
    for pointer, value in leaves(result.data).items():
        if pointer and value != {}:
            latest = result.history[pointer][0]
            assert latest.value == value
            assert at(patches[int(latest.layer)], pointer) == value


@given(PATCHES)
def test_history_of_a_leaf_lists_every_layer_that_set_it(patches: list[dict[str, Any]]) -> None:
    result = folded(patches)
    for pointer in result.history:
        spoken = [origin.layer for origin in result.history[pointer]]
        assert spoken == sorted(spoken, key=int, reverse=True)
        for number, patch in enumerate(patches):
            if not isinstance(at(patch, pointer), dict) and at(patch, pointer) is not None:
                assert str(number) in spoken


@given(PATCHES)
def test_only_mappings_have_a_definition(patches: list[dict[str, Any]]) -> None:
    result = folded(patches)
    mappings: set[str] = set()

    def collect(value: Any, pointer: str) -> None:
        if isinstance(value, dict):
            mappings.add(pointer)
            for key, inner in value.items():
                collect(inner, child(pointer, key))

    collect(result.data, "")
    assert set(result.definitions) == mappings - {""}


@given(PATCHES)
def test_fold_is_not_changed_by_later_layers(patches: list[dict[str, Any]]) -> None:
    below = folded(patches[:-1])
    before = repr(below)
    if patches:
        fold_layer(below, Layer("top", patches[-1]))
    assert repr(below) == before
