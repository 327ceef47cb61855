"""The call of the hook, without argparse: the options equal those of argparse."""

import pytest

from oauthgit.cli.arguments import parse_arguments
from oauthgit.cli.fast_path import parse_plain

CALLS = [
    ("validate",),
    ("validate", "--no-cache"),
    ("validate", "configs"),
    ("validate", "--no-cache", "configs/a.yaml", "configs/b b.yaml"),
    ("validate", "configs/a.yaml", "configs/b b.yaml", "--no-cache"),
    ("-C", "x", "validate"),
    ("validate", "-C", "teams/oauth"),
    ("validate", "-C", "teams/oauth", "--no-cache", "configs/a.yaml"),
]
OTHERS = [
    (),
    ("effective",),
    ("validate", "--fix"),
    ("validate", "-q", "configs"),
    ("validate", "--", "--no-cache"),
    ("validate", "a", "--no-cache", "b"),
    ("validate", "--no-cache", "a", "--no-cache"),
    ("validate", "-"),
    ("validate", ""),
    ("-C", "x", "effective"),
    ("-C", "x"),
    ("validate", "-C"),
    ("validate", "-C", ""),
    ("validate", "-C", "-q"),
    ("-C", "x", "validate", "-C", "y"),
    ("validate", "configs", "-C", "x"),
    ("validate", "--no-cach"),
]


@pytest.mark.parametrize("call", CALLS)
def test_fast_path_options_equal_those_of_argparse(call: tuple[str, ...]) -> None:
    plain = parse_plain(list(call))
    assert plain is not None
    assert plain.load() == parse_arguments(list(call))


@pytest.mark.parametrize("call", OTHERS)
def test_other_calls_are_left_to_argparse(call: tuple[str, ...]) -> None:
    assert parse_plain(list(call)) is None
