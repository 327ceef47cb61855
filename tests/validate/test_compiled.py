"""Compiled schemas against ``jsonschema``: they accept all valid documents, and nothing that jsonschema refuses."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from oauthgit.model.schema import EFFECTIVE, schema
from oauthgit.model.settings import SecretReference
from oauthgit.validate.compiled import accepts
from support.mutate_yaml import NAMES, WORDS, mutate, valid_documents_of

pytestmark = pytest.mark.no_cover
"""Other tests cover these lines; tracing would double the time of this module."""

SCALARS = st.none() | st.booleans() | st.integers(-5, 4000) | st.sampled_from(WORDS) | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner),
    max_leaves=6,
)


def is_valid(name: str, data: Any) -> bool:
    return bool(Draft202012Validator(schema(name), format_checker=FormatChecker(["date"])).is_valid(data))


@pytest.mark.parametrize("name", NAMES)
def test_valid_documents_are_accepted(name: str) -> None:
    """A failure means that a schema uses a keyword unknown to the compiler, which slows down every file."""
    documents = valid_documents_of(name)
    assert documents
    assert all(accepts(name)(data) for data in documents)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=75, deadline=None)
@given(value=VALUES, seed=st.integers(0, 2**32))
def test_mutated_documents_give_the_same_result(name: str, value: Any, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    data = chance.choice(valid_documents_of(name))
    for _ in range(chance.randrange(1, 4)):
        data = mutate(data, name, value, chance)
    assert accepts(name)(data) == is_valid(name, data)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=50, deadline=None)
@given(value=VALUES)
def test_any_data_gives_the_same_result(name: str, value: Any) -> None:
    assert accepts(name)(value) == is_valid(name, value)


def test_types_outside_of_json_are_not_accepted() -> None:
    assert not accepts(EFFECTIVE)(
        {"client_id": 1.0, "grant_types": ["client_credentials"], "token_endpoint": "https://a"}
    )
    assert not accepts(EFFECTIVE)({"scopes": SecretReference("plain", "", "")})
