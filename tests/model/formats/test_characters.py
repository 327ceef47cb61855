"""Characters of client ids and secrets: those of RFC 6749 appendix A pass, others are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit.model.formats.characters import describe_odd_secret, find_forbidden, name_character

VSCHAR = "".join(map(chr, range(0x20, 0x7F)))


def test_all_characters_of_the_standard_are_allowed() -> None:
    assert find_forbidden(VSCHAR) == ""
    assert describe_odd_secret(f"a{VSCHAR}a") == ""


@given(st.text())
def test_forbidden_character_is_the_first_one(text: str) -> None:
    assert find_forbidden(text) == next((character for character in text if character not in VSCHAR), "")


@given(st.characters())
def test_every_character_has_a_name_in_ascii(character: str) -> None:
    code, _, name = name_character(character).partition(" ")
    assert code == f"U+{ord(character):04X}"
    assert name.isascii()
    assert name.isprintable()
    assert name


@given(st.text(min_size=1))
def test_description_of_a_secret_has_no_letter_of_it(secret: str) -> None:
    words = describe_odd_secret(secret)
    assert words.isascii()
    if find_forbidden(secret) or secret != secret.strip():
        assert words
    for character in filter(str.isalnum, secret):
        assert f"U+{ord(character):04X} " not in words


@pytest.mark.parametrize("secret", ["a", "'", '"', "it's", 'say "x"', "a'", "'a", "a b"])
def test_single_quotation_mark_is_not_odd(secret: str) -> None:
    assert describe_odd_secret(secret) == ""
