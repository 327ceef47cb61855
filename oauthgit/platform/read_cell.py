"""Read cells as values of settings; refuse all that is not certain."""

import datetime
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from oauthgit.model.formats.url import url_of
from oauthgit.model.platform_row import Unstated, Value
from oauthgit.model.schema import EFFECTIVE, schema
from oauthgit.model.secret import Secret
from oauthgit.platform.grid import Formula, RawCell
from oauthgit.platform.headers import SECRET

_LOST: Final = "OG807"
_UNKNOWN: Final = "OG806"
_EXPONENT: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[Ee][+-]?[0-9]+")
_EXACT: Final = 10**15
"""From this number on, a spreadsheet has lost digits: it keeps fifteen."""
_MASK: Final = re.compile(
    r"[*•●∙·⦁]{3,}|[(<\[{]\s*(?:encrypted|hidden|masked|secret|redacted)\s*[)>\]}]", re.IGNORECASE
)
_SEPARATORS: Final = re.compile(r"[\s,;]+")
_UNWRITTEN: Final = re.compile(r"[\s_-]+")
_TRUE: Final = frozenset(("true", "yes", "1", "-1", "1.0", "-1.0", "wahr", "ja", "waar", "y", "t"))
_FALSE: Final = frozenset(("false", "no", "0", "0.0", "falsch", "nein", "nee", "onwaar", "n", "f"))
_LABELS: Final[Mapping[str, str]] = {
    "in the request body": "client_secret_post",
    "as basic auth header": "client_secret_basic",
}
_NO_VALUE: Final = frozenset(("notset",))
_NULL: Final = "NULL"


class Problem(NamedTuple):
    """Describe a cell whose value is not certain."""

    code: str
    message: str
    remedy: str


class Read(NamedTuple):
    """Hold the value of a cell, and the correction of a spreadsheet's habit, if any."""

    value: Value | Unstated
    corrected: str = ""


BLANK: Final = Read(Unstated.BLANK)
FORMULA: Final = Problem(
    "OG808",
    "the cell has a formula, whose value may be stale, missing or another one elsewhere",
    "Replace the formula by its value (copy, then paste values only).",
)


def read_cell(name: str, cell: RawCell) -> Read | Problem:  # noqa: PLR0911 - one for each type of cell
    """Return the value of a cell of the column ``name``."""
    if isinstance(cell, Formula):
        return FORMULA
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return BLANK
    if cell == _NULL:
        return Read(Unstated.BLANK, "NULL was read as an empty cell")
    of = _schemas().get(name, {})
    if of.get("type") == "boolean":
        return _boolean(cell)
    if of.get("type") == "array":
        return _list(name, cell, of["items"].get("enum"))
    if of.get("format") == "date" and isinstance(cell, datetime.date):
        return Read(cell.isoformat()[:10])
    return _single(name, cell, of)


def _single(name: str, cell: RawCell, of: Mapping[str, Any]) -> Read | Problem:
    """Return the value of a cell with one text."""
    text = _text(cell)
    if isinstance(text, Problem):
        return text
    if name == SECRET:
        return _secret(text)
    value = str(text.value)
    if choices := _choices(of):
        return _choice(value, choices)
    if of.get("format") == "date" and not _is_date(value):
        return Problem(_UNKNOWN, "the day is not certain in this form", "Write it as 2027-06-30.")
    if of.get("format") == "uri" and url_of(value) is None:
        return Problem(_UNKNOWN, f"{name} is not a URL", "Write a URL such as https://crm.example.com/oauth/token.")
    return text


def read_name(cell: RawCell) -> Read | Problem:
    """Return the text of a cell that names something."""
    return read_cell("", cell)


def _text(cell: RawCell) -> Read | Problem:
    """Return the text of a cell; numbers are accepted if no digit can be lost."""
    if isinstance(cell, bool | datetime.date | tuple):
        return Problem(_UNKNOWN, "the cell has a date, a logical value or a list, not a text", "Format it as text.")
    if isinstance(cell, int):
        return Read(str(cell))
    if isinstance(cell, float):
        if not cell.is_integer() or abs(cell) >= _EXACT:
            return Problem(
                _LOST,
                "the cell has a number, and a spreadsheet keeps fifteen digits of a number: the original text is lost",
                "Format the column as text, and export it again from the platform.",
            )
        return Read(str(int(cell)), "a number was read as text; zeros at its start may be missing")
    text = str(cell)
    if _EXPONENT.fullmatch(text.strip()):
        return Problem(
            _LOST,
            "a spreadsheet has shortened a number to this form: its digits are lost",
            "Format the column as text, and export it again from the platform.",
        )
    plain = text.strip()
    return Read(plain, "" if plain == text else "blanks at the start or the end were removed")


def _boolean(cell: RawCell) -> Read | Problem:
    if isinstance(cell, bool):
        return Read(cell)
    word = str(cell).strip().casefold()
    if word in _TRUE or word in _FALSE:
        return Read(word in _TRUE, "a number with a decimal point was read as Yes or No" if word.endswith(".0") else "")
    return Problem(_UNKNOWN, "the value is neither Yes nor No", "Write Yes or No.")


def _list(name: str, cell: RawCell, choices: list[str] | None) -> Read | Problem:
    if isinstance(cell, tuple):
        items = cell
    else:
        text = _text(cell)
        if isinstance(text, Problem):
            return text
        items = tuple(filter(None, _SEPARATORS.split(str(text.value))))
    if choices and not set(items) <= set(choices):
        return Problem(_UNKNOWN, f"{name} has an unknown item", f"Write some of {', '.join(choices)}.")
    return Read(tuple(dict.fromkeys(items)))


def _choice(value: str, choices: Mapping[str, str]) -> Read | Problem:
    word = _UNWRITTEN.sub("", value).casefold()
    if word in _NO_VALUE:
        return Read(Unstated.BLANK)
    if word in choices:
        return Read(choices[word])
    return Problem(
        _UNKNOWN,
        "the value is not one of the known ones",
        f"Write one of {', '.join(dict.fromkeys(choices.values()))}.",
    )


def _secret(text: Read) -> Read | Problem:
    """Return the secret, or that it is masked; no text of it is in a message."""
    value = str(text.value)
    if _MASK.fullmatch(value):
        return Read(Unstated.MASKED)
    if text.corrected and text.corrected.startswith("blanks"):
        return Problem(
            _UNKNOWN,
            "the secret begins or ends with a blank, which may belong to it",
            "Remove the blank, or the secret.",
        )
    return Read(Secret(value), text.corrected)


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _choices(of: Mapping[str, Any]) -> Mapping[str, str]:
    return _words(tuple(of.get("enum", ())))


@cache
def _words(enum: tuple[Any, ...]) -> Mapping[str, str]:
    """Return the values of a setting by their normalised words and labels."""
    values = [value for value in enum if isinstance(value, str)]
    known = {_UNWRITTEN.sub("", value): value for value in values}
    return known | {_UNWRITTEN.sub("", label): value for label, value in _LABELS.items() if value in values}


@cache
def _schemas() -> Mapping[str, Mapping[str, Any]]:
    """Return the schema of each setting by its dotted name."""
    found: dict[str, Mapping[str, Any]] = {"redirect_uri": {"type": "string", "format": "uri"}}
    for name, of in schema(EFFECTIVE)["properties"].items():
        found[name] = of
        found |= {f"{name}.{inner}": each for inner, each in of.get("properties", {}).items()}
    return found
