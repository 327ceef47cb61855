"""Selecting targets, and one shard of several."""

import argparse
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauthgit.cli.arguments import parse_shard
from oauthgit.model.settings import Settings
from oauthgit.pipeline import UsageError
from oauthgit.pipeline.operations.select import select_targets, shard
from support.malicious_text import DEVELOPMENT, PRODUCTION

BOTH = (PRODUCTION, DEVELOPMENT)
PROD, DEV = PRODUCTION.target, DEVELOPMENT.target


def servers(found: list[Settings]) -> dict[str, list[str]]:
    return {settings.target: list(settings.servers) for settings in found}


def choice(
    *environments: str, of: tuple[str, ...] = (), pairs: frozenset[tuple[str, str]] | None = None
) -> dict[str, list[str]]:
    return servers(select_targets(BOTH, environments=environments, servers=of, pairs=pairs))


def test_empty_selection_means_all() -> None:
    assert select_targets(BOTH, environments=(), servers=(), pairs=None) == list(BOTH)


def test_environments_and_servers_exclude_the_rest() -> None:
    assert choice("production") == {PROD: ["exact_online", "on"]}
    assert choice("development", "production", of=("crm", "on")) == {PROD: ["on"], DEV: ["crm"]}
    assert choice(of=("crm", "hub")) == {DEV: ["crm", "hub"]}


def test_pairs_exclude_the_rest_and_no_pairs_everything() -> None:
    assert choice(pairs=frozenset({(PROD, "on"), (DEV, "on"), (DEV, "hub")})) == {PROD: ["on"], DEV: ["hub"]}
    assert choice(of=("exact_online",), pairs=frozenset({(PROD, "on"), (DEV, "exact_online")})) == {
        DEV: ["exact_online"]
    }
    assert choice(pairs=frozenset()) == {}


def test_rest_of_a_selected_target_is_kept() -> None:
    (narrowed,) = select_targets(BOTH, environments=(), servers=("crm",), pairs=None)
    assert narrowed.data["environment"] == "development"
    assert narrowed._replace(data=DEVELOPMENT.data) == DEVELOPMENT
    assert list(DEVELOPMENT.servers) == ["exact_online", "crm", "hub"]


@pytest.mark.parametrize(
    ("environments", "names", "words"),
    [
        (("prodction",), (), "no target is of environment prodction; did you mean production?"),
        (("test",), (), "no target is of environment test; there are development, production"),
        ((), ("exact_onlin",), "no target has an OAuth server exact_onlin; did you mean exact_online?"),
        (("production",), ("crm",), "no target of production has an OAuth server crm; there are exact_online, on"),
    ],
)
def test_unknown_name_is_an_error_with_suggestions(
    environments: tuple[str, ...], names: tuple[str, ...], words: str
) -> None:
    with pytest.raises(UsageError) as raised:
        select_targets(BOTH, environments=environments, servers=names, pairs=None)
    assert str(raised.value) == words


def test_project_without_targets_has_no_suggestions() -> None:
    with pytest.raises(UsageError, match="there are none"):
        select_targets((), environments=(), servers=("crm",), pairs=None)


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3))), st.integers(1, 12))
def test_every_key_is_in_one_shard_and_shards_are_even(keys: list[tuple[str, str]], count: int) -> None:
    shares = [shard(keys, index, count) for index in range(1, count + 1)]
    assert sorted(chain(*shares)) == sorted(set(keys))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    assert [shard([*reversed(keys), *keys], index, count) for index in range(1, count + 1)] == shares


@pytest.mark.parametrize(("text", "pair"), [("1/1", (1, 1)), ("2/5", (2, 5)), ("1000/1000", (1000, 1000))])
def test_shard_option_is_parsed(text: str, pair: tuple[int, int]) -> None:
    assert parse_shard(text) == pair


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "/",
        "0/5",
        "6/5",
        "1/1001",
        "1/10000000000",
        "-1/5",
        "1/5/5",
        "a/b",
        " 1/2",
        "1/ 2",
        "\u0661/2",
        "1.0/2",
    ],
)
def test_invalid_shard_option_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="such as 2/5"):
        parse_shard(text)
