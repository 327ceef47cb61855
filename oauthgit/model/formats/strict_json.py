"""Parse untrusted JSON strictly, so that its data is safe for later code."""

import json
import re
from math import isfinite
from typing import Any, Final, NoReturn

DEPTH: Final = 64
"""The maximum nesting, so that recursive code cannot overflow the stack."""

_DIGITS: Final = 100
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(content: bytes | str) -> Any:
    """Return the data of a JSON text in UTF-8 (RFC 8259); skip a byte order mark.

    Rejected are lone surrogates, which UTF-8 cannot encode; NaN and Infinity; numbers that are not finite or have
    more than 100 digits; duplicate names in an object, because parsers disagree on them; and more than 64 levels of
    nesting.

    Raises:
        ValueError: The text is invalid: UnicodeDecodeError if it is not UTF-8, JSONDecodeError, with the line, if it is not
            JSON. No message quotes the text.
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
    raise ValueError("it contains NaN or Infinity")


def _integer(text: str) -> int:
    if len(text) > _DIGITS:
        raise ValueError("it contains a number with too many digits")
    return int(text)


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("it contains a number that is too large")
    return number


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("it contains an object with a duplicate name")
    return members


def _check(data: Any, *, surrogates: bool) -> None:
    """Check all levels without recursion, so that no depth can overflow the stack."""
    level = [data]
    for _ in range(DEPTH + 1):
        if surrogates and any(_SURROGATE.search(text) for text in level if isinstance(text, str)):
            raise ValueError("it contains half of a surrogate pair, which is not a character")
        groups = [_members_of(item) for item in level if isinstance(item, dict | list)]
        if not groups:
            return
        level = [member for group in groups for member in group]
    raise ValueError("it is nested too deeply")


def _members_of(item: dict[str, Any] | list[Any]) -> list[Any]:
    return [*item, *item.values()] if isinstance(item, dict) else item
