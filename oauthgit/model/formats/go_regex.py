"""Match Go regular expressions of SOPS, if Python gives the same result quickly."""

import re
from typing import Final

from oauthgit.model.formats.lazy_regex import regex

_ATOM: Final = r"(?:\\[^\w\s]|\[\^?[\w./@ -]+\]|[\w/@ ,:=<>!#%&~\"'-]|\.)"
_COMMON: Final = regex(rf"(?:\(\?i\))?(?:{_ATOM}[*+?]?|\((?:\?:)?|\)\??|[|^$])*", re.ASCII)
"""The syntax with the same meaning in both languages, without repeated groups, named classes, look-around and counts."""

_STEPS: Final = 10**8


def matches(pattern: str, text: str) -> bool | None:
    """Return True if a Go regular expression is found in a text, or None if unknown.

    The result is that of ``regexp.MatchString``. None means: Go and Python read the pattern differently, it is
    invalid, or Python might take long. The pattern is untrusted, and unlike Python, Go's engine does not backtrack
    (syntax: https://github.com/google/re2/wiki/Syntax).
    """
    if not _COMMON.fullmatch(pattern):
        return None
    repeats = len(re.findall(r"(?<!\\)[*+]", pattern)) + (not pattern.startswith("^"))
    choices = len(re.findall(r"(?<!\\)[|?(]", pattern))
    if (len(text) + 1) ** repeats * 2**choices > _STEPS:
        return None
    try:
        return re.search(pattern, text, re.ASCII) is not None
    except re.error:
        return None
