"""Go patterns: matched if Python interprets them equally, otherwise unknown, and never slow."""

from time import perf_counter

import pytest

from oauthgit.model.formats.go_regex import matches

PATH = "configs/iam_applications/insights-prod.secrets.yaml"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", True),
        ("prod", True),
        ("^prod", False),
        (r"^configs/.*\.secrets\.yaml$", True),
        (r"^configs/.*-(prod|acc)\.secrets\.yaml$", True),
        (r"^configs/(?:branches|iam_applications)/[a-z-]+\.secrets", True),
        (r"(?i)INSIGHTS-PROD", True),
        (r"^[^/]+$", False),
    ],
)
def test_common_go_pattern_is_matched(pattern: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert matches(pattern, PATH) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        r"\pL",
        r"[[:alpha:]]",
        r"(?P<name>a)",
        r"(?=a)",
        r"(?s)a",
        r"a{2}",
        r"\d",
        r"\Qa\E",
        r"(a)\1",
        "a*+",
        "(a)*",
        "(a",
        "a)",
        "[z-a]",
        "[]a]",
        "é",
        "a\nb",
    ],
)
def test_pattern_ambiguous_between_languages_is_unknown(pattern: str) -> None:
    assert matches(pattern, PATH) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        ".*" * 30 + "x",
        "a?" * 40 + "a" * 40,
        "(a|a)" * 40 + "$",
        ".*.*x",
        ".*.*.*x",
        "(" * 5000,
        "[" * 100_000,
    ],
)
def test_any_pattern_is_matched_quickly(pattern: str) -> None:
    began = perf_counter()
    matches(pattern, "a" * 120)
    assert perf_counter() - began < 2
