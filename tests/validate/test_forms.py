"""No message explains a form by an expression: every pattern of the schemas has words."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from oauthgit.model.schema import NAMES, schema
from oauthgit.validate.forms import ask_if_respelt, describe_form

GENERAL = "does not have the required form"
SIGNS = re.compile(r"[\^$\\*]|\[[a-zA-Z0-9]-|\(\?")


def patterns(part: Any) -> Iterator[str]:
    for member in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from patterns(member)
    if isinstance(part, dict) and isinstance(part.get("pattern"), str):
        yield part["pattern"]


PATTERNS = sorted({pattern for name in NAMES if name != "report" for pattern in patterns(schema(name))})


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern[:24])
def test_every_pattern_has_words(pattern: str) -> None:
    words = describe_form(pattern)
    assert words != GENERAL
    assert SIGNS.search(words) is None


def test_unknown_pattern_is_not_shown() -> None:
    assert describe_form("^[x]$") == GENERAL


@pytest.mark.parametrize(
    ("text", "meant"),
    [("CRM", "crm"), ("Exact Online", "exact_online"), ("exact-online", "exact_online"), ("1crm", ""), ("crm!", "")],
)
def test_name_in_another_spelling_is_recognized(text: str, meant: str) -> None:
    assert ask_if_respelt(text, "^[a-z][a-z0-9_]*$") == (f'; did you mean "{meant}"?' if meant else "")
    assert ask_if_respelt(text, "^[a-z]$") == ""
