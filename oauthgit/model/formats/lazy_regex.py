"""Compile regular expressions at first use: a run needs few, and each takes time."""

import re
from typing import Any, cast


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern like ``re.compile``, but compiled at first use.

    Flags are those of :mod:`re`.
    """
    return cast("re.Pattern[str]", _Lazy(text, flags))


class _Lazy:
    """Represent a pattern; each attribute is kept for fast access."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found
