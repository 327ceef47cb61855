"""JSON that others wrote: read so strictly that nothing in it can break whoever uses it later."""

import json
import re
from math import isfinite
from typing import Any, Final, NoReturn

DEPTH: Final = 64
"""Levels of nesting at most: whatever walks through the data later does so without an end of the stack."""

_DIGITS: Final = 100
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(content: bytes | str) -> Any:
    """Return the data of a JSON text (RFC 8259) in UTF-8, a byte order mark before it aside.

    Refused are lone surrogates, for they cannot be written as UTF-8 again; NaN and Infinity; numbers that are no finite
    ones or have more than 100 digits; a name that an object has twice, for readers disagree which one counts; and
    nesting of more than 64 levels.

    Raises:
        ValueError: It is no such text: as UnicodeDecodeError where it is not UTF-8, and as JSONDecodeError, with the
            line, where it is not JSON. No message quotes anything of it.

    """
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    try:
        data = json.loads(
            text, parse_constant=_refuse, parse_int=_integer, parse_float=_number, object_pairs_hook=_members
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    has_surrogates = isinstance(content, str) or _ESCAPED.search(text) is not None
    _check(data, surrogates=has_surrogates)
    return data


def _refuse(_name: str) -> NoReturn:
    raise ValueError("it holds NaN or Infinity")


def _integer(text: str) -> int:
    if len(text) > _DIGITS:
        raise ValueError("it holds a number of too many digits")
    return int(text)


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("it holds a number that is too large")
    return number


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("an object in it has a name twice")
    return members


def _check(data: Any, *, surrogates: bool) -> None:
    """Walk through all levels; no function calls itself, so that no depth is too much for it."""
    level = [data]
    for _ in range(DEPTH + 1):
        if surrogates and any(_SURROGATE.search(text) for text in level if isinstance(text, str)):
            raise ValueError("it holds half of a surrogate pair, which is no character")
        groups = [_members_of(item) for item in level if isinstance(item, dict | list)]
        if not groups:
            return
        level = [member for group in groups for member in group]
    raise ValueError("it is nested too deeply")


def _members_of(item: dict[str, Any] | list[Any]) -> list[Any]:
    return [*item, *item.values()] if isinstance(item, dict) else item
