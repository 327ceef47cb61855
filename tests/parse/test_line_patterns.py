"""Keep the patterns of lines right on every supported Python."""

import re

from oauthgit.parse import line_patterns
from support.paths import REPOSITORY

POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)[*+?]\+")


def test_no_group_has_a_possessive_quantifier() -> None:
    """Python 3.11.0 to 3.11.4 match these wrongly (python/cpython gh-106052); atomic groups mean the same."""
    assert POSSESSIVE_GROUP.search(r"(?:a|b)*+")
    sources = (REPOSITORY / "oauthgit").rglob("*.py")
    found = [
        f"{path}: {line}" for path in sources for line in path.read_text().splitlines() if POSSESSIVE_GROUP.search(line)
    ]
    assert found == []


def test_blank_lines_after_a_value_belong_to_it() -> None:
    lines = line_patterns.split_lines("a: 1\n\n# comment\nb: [x, y]\n")
    assert [line[2:] for line in lines] == [("a", "1"), ("b", "[x, y]")]
