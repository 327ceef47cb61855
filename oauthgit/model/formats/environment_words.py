"""List words in names of hosts and paths that stand for an environment."""

from collections.abc import Iterable, Mapping
from typing import Final

from oauthgit.model.formats.lazy_regex import regex

WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("dev", "develop", "development"), "development"),
    **dict.fromkeys(("test", "testing", "tst", "qa", "sandbox"), "test"),
    **dict.fromkeys(("acc", "acceptance", "staging", "uat"), "acceptance"),
    **dict.fromkeys(("prod", "production"), "production"),
}
"""The environment of each word."""

_DIGITS: Final = "0123456789"
_BETWEEN: Final = regex(r"[^A-Za-z0-9]+")


def words_in(text: str) -> Iterable[str]:
    """Return the words of ``text`` that stand for an environment, in lower case."""
    parts = (part.rstrip(_DIGITS) for part in _BETWEEN.split(text.lower()))
    return [part for part in parts if part in WORDS]
