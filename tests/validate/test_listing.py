"""What is wrong by our own functions, against ``jsonschema``: the same, in the same order, and so in the same words."""

import random
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from bent import NAMES, ODD_KEYS, SCALARS, WORDS, anything, bent, places, sound_of
from layers import document
from oauthgit.model.schema import EFFECTIVE, schema
from oauthgit.validate import library, listing, validate
from oauthgit.validate.explain import explain
from oauthgit.validate.listing import is_known, lists, violations
from oauthgit.validate.violation import Violation

SHAPES: list[Any] = [
    None,
    True,
    1,
    "",
    "a",
    [],
    [None],
    ["a", "a"],
    [1, True, 1],
    {},
    {"a": None},
    {"kind": {"kind": []}},
]
SOME = 2000
"""So many documents of each kind are bent by the dice; by hand, ``bent_alike`` may be given many more, and another seed."""


@pytest.fixture(autouse=True, scope="module")
def _in_order() -> Iterator[None]:
    """Let ``jsonschema`` look at keys in their order, and not in that of a set, which is another one every time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jsonschema._keywords.set", dict.fromkeys, raising=False)
        yield


def once(found: Iterable[Violation]) -> list[Violation]:
    """Return violations without those that only repeat the one before: ``jsonschema`` has one for every key that lacks."""
    kept: list[Violation] = []
    for each in found:
        whole = each._replace(alternatives=tuple(tuple(once(alternative)) for alternative in each.alternatives))
        if whole not in kept[-1:]:
            kept.append(whole)
    return kept


def assert_alike(name: str, data: Any) -> bool:
    """Compare the two on data; return whether there is something wrong with it."""
    of = schema(name)
    ours, theirs = list(violations(of, data)), list(library.violations(of, data))
    assert once(ours) == once(theirs), data
    assert explain(ours, of) == explain(theirs, of), data
    return bool(ours)


def bent_alike(name: str, seed: int, count: int) -> int:
    """Compare the two on documents that are bent at one place or several; return how many were broken."""
    chance, broken = random.Random(seed), 0  # noqa: S311 - chance, not secrecy
    documents = sound_of(name)
    for _ in range(count):
        data = chance.choice(documents)
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            data = bent(data, name, anything(chance, name), chance)
        broken += assert_alike(name, data)
    return broken


@pytest.mark.parametrize("name", NAMES)
def test_what_is_bent_is_explained_alike(name: str) -> None:
    assert bent_alike(name, 20261124, SOME) > SOME / 2


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_shape_at_every_place_is_explained_alike(name: str) -> None:
    largest = max(sound_of(name), key=lambda data: len(places(data)))
    for at in range(len(places(largest))):
        for value in SHAPES:
            data = deepcopy(largest)
            holder, key = places(data)[at]
            holder[key] = value
            assert_alike(name, data)


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_known(name: str) -> None:
    """If this fails, a schema has a keyword that is not known, and whoever makes a mistake waits for ``jsonschema``."""
    assert is_known(schema(name))


TYPES = ("string", "integer", "boolean", "null", "array", "object")
KEYS = ("a", "kind", "b/c", "~", "")


def made_up(chance: random.Random, depth: int = 3) -> dict[str, Any]:
    """Return a schema by the dice, of keywords that are known, in any order."""

    def inner() -> dict[str, Any]:
        return made_up(chance, depth - 1) if depth else {}

    def some(of: Callable[[], Any], least: int = 1) -> list[Any]:
        return [of() for _ in range(chance.randrange(least, 4))]

    makers: dict[str, Callable[[], Any]] = {
        "type": lambda: chance.choice([chance.choice(TYPES), chance.sample(TYPES, 3)]),
        "enum": lambda: some(lambda: value_for(chance)),
        "const": lambda: value_for(chance),
        "minLength": lambda: chance.randrange(4),
        "maxLength": lambda: chance.randrange(4),
        "pattern": lambda: chance.choice(["^a", "k.*d$", "[0-9]", "^$"]),
        "format": lambda: chance.choice(["date", "uri"]),
        "minimum": lambda: chance.randrange(-1, 3),
        "maximum": lambda: chance.randrange(-1, 3),
        "minItems": lambda: chance.randrange(3),
        "uniqueItems": lambda: chance.choice([True, False]),
        "contains": inner,
        "required": lambda: chance.sample(KEYS, 2),
        "properties": lambda: {key: inner() for key in chance.sample(KEYS, 2)},
        "additionalProperties": lambda: chance.choice([True, False, inner()]),
        "propertyNames": inner,
        "items": inner,
        "allOf": lambda: some(inner),
        "anyOf": lambda: some(inner),
        "if": inner,
        "then": inner,
        "title": lambda: "a title",
        "x-own": lambda: {"minLength": 9},
    }
    return {keyword: makers[keyword]() for keyword in chance.sample(list(makers), chance.randrange(1, 6))}


def value_for(chance: random.Random, depth: int = 3) -> Any:
    """Return data by the dice, with keys that schemas by the dice ask for."""
    what = chance.random()
    if not depth or what < 0.5:
        return chance.choice([*SCALARS, *SHAPES])
    items = [value_for(chance, depth - 1) for _ in range(chance.randrange(4))]
    return items if what < 0.7 else {chance.choice([*KEYS, *ODD_KEYS]): item for item in items}


def made_up_alike(seed: int, count: int) -> int:
    """Compare the two on schemas and data by the dice; return how often something was wrong."""
    chance, broken = random.Random(seed), 0  # noqa: S311 - chance, not secrecy
    for _ in range(count):
        of, value = made_up(chance), value_for(chance)
        assert is_known(of)
        ours = once(violations(of, value))
        assert ours == once(library.violations(of, value)), (of, value)
        broken += bool(ours)
    return broken


def test_any_schema_of_known_keywords_means_the_same() -> None:
    assert made_up_alike(20261124, 2 * SOME) > SOME / 2


@pytest.mark.parametrize(
    "of",
    [
        {"oneOf": [{}]},
        {"patternProperties": {}},
        {"contains": {}, "minContains": 2},
        {"if": {}, "else": {}},
        {"type": "number"},
        {"type": ["string", "number"]},
        {"items": False},
        {"properties": {"a": {"$ref": "#"}}},
        {"properties": {"a": True}},
        {"additionalProperties": {"maxItems": 1}},
        {"propertyNames": {"not": {}}},
        {"items": {"contains": {"dependentRequired": {}}}},
        {"anyOf": [{}, {"minProperties": 1}]},
        {"allOf": [{"multipleOf": 1}]},
        {"if": {"exclusiveMinimum": 1}},
        {"then": {"exclusiveMaximum": 1}},
    ],
    ids=str,
)
def test_other_keywords_are_not_known_at_any_level(of: dict[str, Any]) -> None:
    assert not is_known(of)


def test_where_a_keyword_is_not_known_jsonschema_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "schema", lambda name: {**schema(name), "maxProperties": 5})
    monkeypatch.setattr(listing, "lists", lists.__wrapped__)
    text = "kind: branch\nmodel: M\nbranch: MAIN\noauth_servers: {}\nx: 1\nzz: 2\n"
    found = [finding.message for finding in validate(document("branch/MAIN", text))[1]]
    assert found == [
        '"x" is not a setting here',
        '"zz" is not a setting here',
        "the document does not meet maxProperties",
    ]


def test_texts_that_only_look_like_dates() -> None:
    of = {"format": "date"}
    for text in (*WORDS, "2027-06-30\n", "20270630", "2027-181", "2027/06/30", "-027-06-30", "2027-06-3a"):
        assert once(violations(of, text)) == once(library.violations(of, text)), text


def test_an_incomplete_server_lacks_the_same() -> None:
    for server in sound_of(EFFECTIVE):
        for left_out in server:
            assert_alike(EFFECTIVE, {name: value for name, value in server.items() if name != left_out})
