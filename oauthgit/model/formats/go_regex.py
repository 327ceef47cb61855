"""Patterns that SOPS reads as Go regular expressions, matched here only where Python would say the same, and soon."""

import re
from typing import Final

from oauthgit.model.formats.lazy_regex import regex

_ATOM: Final = r"(?:\\[^\w\s]|\[\^?[\w./@ -]+\]|[\w/@ ,:=<>!#%&~\"'-]|\.)"
_COMMON: Final = regex(rf"(?:\(\?i\))?(?:{_ATOM}[*+?]?|\((?:\?:)?|\)\??|[|^$])*", re.ASCII)
"""What both languages read alike: no repeated groups, no classes by name, no look-around, no counts."""

_STEPS: Final = 10**8


def matches(pattern: str, text: str) -> bool | None:
    """Tell whether the Go regular expression ``pattern`` is found in ``text``, as ``regexp.MatchString`` does.

    None means that it is not known: the pattern uses what Go and Python read differently, or it is no pattern at all,
    or trying it could take Python long, for the pattern comes from outside and Go's engine does not backtrack
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
