"""Recognize values that are public by their form: public keys, variables and URLs."""

from typing import Final

from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import is_readable_name

_KEY: Final = r"(?:age1[02-9ac-hj-np-z]{58}|ssh-(?:ed25519|rsa) AAAA[A-Za-z0-9+/]{40,}={0,2})"
_KEYS: Final = regex(rf"{_KEY}(?:, *{_KEY})*")
_URL: Final = regex(r"https?://[^\s\"'\\]+")
_VARIABLE: Final = regex(r"[A-Z]{1,16}[0-9]{0,3}(?:_(?:[A-Z]{1,16}[0-9]{0,3}|[0-9]{1,3}))+|[A-Z]{1,12}")


def is_public_key(text: str) -> bool:
    """Return True for public keys of age or SSH, also for several with commas."""
    return text.startswith(("age1", "ssh-")) and _KEYS.fullmatch(text) is not None


def is_variable_name(text: str) -> bool:
    """Return True if ``text`` consists of words, as the names of variables do.

    Other names are possible, but a secret that was pasted instead of a name could look like them.
    """
    return _VARIABLE.fullmatch(text) is not None and is_readable_name(text)


def is_url(text: str) -> bool:
    """Return True for a URL; it may still have credentials."""
    return _URL.fullmatch(text) is not None
