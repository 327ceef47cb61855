"""Describe the patterns of the schemas in words, because nobody reads expressions."""

import re
from typing import Any, Final

from oauthgit.model.formats import sops_ciphertext
from oauthgit.model.formats.reserved_variable import is_variable_pattern
from oauthgit.model.formats.sanitize import is_readable_name
from oauthgit.model.formats.suggest import ask_if_meant

_NAME: Final = "^[a-z][a-z0-9_]*$"
_LONGEST: Final = 60
_COLUMNS: Final = "^(model|branch|"
"""The beginning of the pattern of platform.columns, which lists all names."""
_FORMS: Final = {
    _NAME: "does not have the form of a name such as exact_online: lower-case ASCII letters, digits and _, a letter first",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "does not have the form of a date such as 2027-06-30",
    "^OG[0-9]{3}$": "is not the code of a rule",
    "^/.": "does not have the form of a path such as /oauth/token",
    sops_ciphertext.PATTERN: "does not have the form of a value that SOPS encrypted",
    r"^(secrets|ENC\[AES256_GCM,.*\])$": "is neither secrets nor of the form of a value that SOPS encrypted",
}
"""The patterns of the schemas in words; a test looks for others."""


def describe_form(pattern: str) -> str:
    """Return what is wrong with a value that does not match ``pattern``."""
    if is_variable_pattern(pattern):
        return "does not have the form of a variable's name such as CRM_SECRET: ASCII letters, digits and _, no digit first"
    if pattern.startswith(_COLUMNS):
        return "is not the name of a setting or of a part of its place, such as client_id, model or application"
    return _FORMS.get(pattern, "does not have the required form")


def respelt(text: str) -> str:
    """Return a name without capitals, blanks and hyphens."""
    return text.strip().lower().replace("-", "_").replace(" ", "_")


def ask_if_respelt(text: str, pattern: Any) -> str:
    """Return a question if a name has only capitals, blanks or hyphens too many."""
    spelt = respelt(text)
    is_name = pattern == _NAME and len(text) <= _LONGEST and is_readable_name(spelt) and re.search(_NAME, spelt)
    return ask_if_meant([spelt], '"') if is_name else ""
