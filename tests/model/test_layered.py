"""A layered mapping behaves like a dict, and the mapping below it never changes."""

from hypothesis import given, settings
from hypothesis import strategies as some

from oauthgit.model.layered import MANY, Layered, changeable

KEYS = some.sampled_from("abcdef")
CHANGES = some.lists(some.tuples(KEYS, some.one_of(some.none(), some.integers())), max_size=12)


@settings(max_examples=60, deadline=None)
@given(some.dictionaries(KEYS, some.integers()), CHANGES, CHANGES)
def test_layered_mapping_equals_a_changed_dict(
    below: dict[str, int], first: list[tuple[str, int | None]], then: list[tuple[str, int | None]]
) -> None:
    kept = dict(below)
    layered, expected = Layered(below), dict(below)
    change(layered, expected, first)
    copied, expected_copy = layered.copy(), dict(expected)
    change(copied, expected_copy, then)
    for found, plain in ((layered, expected), (copied, expected_copy)):
        assert dict(found) == plain
        assert len(found) == len(plain)
        assert all((key in found) == (key in plain) for key in "abcdef")
    assert below == kept
    assert {key for key in "abcdef" if layered.get(key) != below.get(key)} <= set(layered.changed)
    assert layered.below is below


def change(layered: Layered[int], expected: dict[str, int], changes: list[tuple[str, int | None]]) -> None:
    for key, value in changes:
        if value is not None:
            layered[key] = expected[key] = value
        elif expected.pop(key, None) is None:
            assert layered.pop(key, None) is None
        else:
            del layered[key]


def test_only_large_mappings_are_shared() -> None:
    small, large = {"a": 1}, {str(number): number for number in range(MANY)}
    assert isinstance(changeable(small), dict)
    shared = changeable(large)
    assert isinstance(shared, Layered)
    assert changeable(shared) is not shared
    assert shared == large
