"""Convert text to values, and recognise secrets.

The values are those of the YAML 1.2 core schema (YAML 1.2.2 section 10.3), without floats.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from oauthgit.model.document import PLAINTEXT
from oauthgit.model.formats.json_pointer import child
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import is_readable_name
from oauthgit.model.formats.sops_ciphertext import is_ciphertext
from oauthgit.parse.limits import KEY_LENGTH

Scalar = str | int | bool | None

CONSTANTS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
WORDS: Final = frozenset(
    spelling for word in ("y", "n", "yes", "no", "on", "off") for spelling in (word, word.capitalize(), word.upper())
)
"""Booleans of YAML 1.1 (yaml.org/type/bool.html) that are text in YAML 1.2."""

NUMBER_STARTS: Final = frozenset("0123456789+-.")
_INTEGER: Final = regex(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_AMBIGUOUS: Final = regex(
    r"""[-+]? (?:
        [0-9][0-9_]*                                     # leading zero, underscore, more than 18 digits
      | 0[oO][0-7_]+ | 0[xX][0-9a-fA-F_]+ | 0[bB][01_]+  # other bases
      | [0-9][0-9_]* (?: : [0-5]?[0-9] )+ (?: \.[0-9_]* )?  # base 60
      | (?: [0-9][0-9_]* (?: \.[0-9_]* )? | \.[0-9][0-9_]* ) (?: [eE][-+]?[0-9]+ )?  # floats
      | \. (?: inf | Inf | INF )
    ) | \. (?: nan | NaN | NAN )""",
    re.VERBOSE,
)
_EXPRESSION: Final = regex(r"\$\{\{[^}]{0,400}\}\}")
_VARIABLE: Final = regex(r"[A-Za-z_][A-Za-z0-9_]*")


def resolve(text: str) -> tuple[Scalar, bool]:
    """Return the value of a plain scalar, and True if other parsers read another one.

    The value of such an ambiguous scalar is its text.
    """
    if text in CONSTANTS:
        return CONSTANTS[text], False
    if text[0] in NUMBER_STARTS:
        if _INTEGER.fullmatch(text):
            return int(text), False
        return text, _AMBIGUOUS.fullmatch(text) is not None
    return text, text in WORDS


def conceal(text: str, value: Scalar) -> Scalar:
    """Return a secret's value if it is ciphertext, empty or null, else ``PLAINTEXT``."""
    return value if value is None or not text or is_ciphertext(text) else PLAINTEXT


def expressions(text: str) -> str:
    """Return only the expressions of GitHub Actions in a text.

    One is ``${{ secrets.NAME }}``.
    """
    return "".join(_EXPRESSION.findall(text))


def is_variable(text: str) -> bool:
    """Return True if ``text`` can name an environment variable."""
    return _VARIABLE.fullmatch(text) is not None


def quoted_key(key: str, *, private: bool = False) -> str:
    """Return the words for a key in a message; its text if that looks like a name."""
    return f"the key {key}" if not private and key.isascii() and is_readable_name(key) else "this key"


@lru_cache(maxsize=1024)
def is_ordinary(key: str) -> bool:
    """Return True if ``key`` is an unambiguous ASCII name and not that of a secret."""
    if len(key) > KEY_LENGTH or not key.isascii() or not key.isidentifier():
        return False
    return not (key in CONSTANTS or key in WORDS or is_secret(key))


def is_client_secret(key: str) -> bool:
    """Return True if ``key`` is ``client_secret`` in any spelling."""
    return _bare(key) == "clientsecret"


def is_secret(key: str) -> bool:
    """Return True if ``key`` names a secret, possibly misspelt."""
    bare = _bare(key)
    return ("secret" in bare or "passw" in bare) and bare != "clientsecretexpireson"


def _bare(key: str) -> str:
    return key.replace("-", "").replace("_", "").lower()


def scalars(data: Any, pointer: str = "", key: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield the pointer, the nearest key and the value of every scalar."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from scalars(value, child(pointer, name), name)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from scalars(value, child(pointer, index), key)
    else:
        yield pointer, key, data
