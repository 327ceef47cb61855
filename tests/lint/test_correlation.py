"""Layers are selected for the rules across layers, whatever an attacker names files and secrets."""

from sys import byteorder

from oauthgit.lint.correlation import collisions


def pack(*pairs: tuple[int, int]) -> bytes:
    return b"".join(number.to_bytes(8, byteorder) for key, side in pairs for number in (key, key ^ side))


def test_only_layers_with_a_key_on_two_sides_are_suspect() -> None:
    keys = {"one": pack((1, 10), (2, 10)), "two": pack((1, 20), (3, 20)), "three": pack((3, 20), (2, 10))}
    assert collisions(keys) == {"one", "two"}
    assert collisions({"one": keys["one"], "three": keys["three"]}) == set()


def test_equal_combinations_of_other_keys_hide_no_collision() -> None:
    first, second, side = 0x1234, 0x4321, 0x5678
    copied = {"one": pack((1, 10)), "two": pack((1, 20))}
    made_up = {"three": pack((first, side)), "four": pack((second, first ^ side ^ second))}
    assert collisions(copied | made_up) == {"one", "two"}
