"""State the remedy for a value that a keyword of a JSON Schema refuses."""

from typing import Any

from oauthgit.model.formats.reserved_variable import is_variable_pattern

_DATE = "Write a date such as 2027-06-30."


def advise(keyword: str, limit: Any) -> str:
    """Return what to do about a value that does not meet ``keyword``."""
    if keyword == "pattern":
        return _advise_form(str(limit))
    return {
        "minLength": "Give it a value, or remove the key.",
        "maxLength": "Shorten it.",
        "minItems": "Name at least one.",
        "uniqueItems": "Write each item once.",
        "minimum": f"Write {limit} or more.",
        "maximum": f"Write {limit} or less.",
        "format": _DATE,
    }.get(keyword, "Write another value.")


def _advise_form(pattern: str) -> str:
    if is_variable_pattern(pattern):
        return "Name the variable in capital letters, like CRM_SECRET."
    if "ENC" in pattern:
        return "Restore the value from git: only sops writes such values."
    if pattern.startswith("^[0-9]"):
        return _DATE
    return "Write it in lower case, like exact_online."
