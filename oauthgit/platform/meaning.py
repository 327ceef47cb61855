"""Compare values by their meaning, as import and drift do."""

from typing import Any, Final

from oauthgit.model.formats.url import SERVER_URLS, url_of

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_URLS: Final = frozenset(pointer.rpartition("/")[2] for pointer in SERVER_URLS)
"""Settings that are URLs of servers. Redirect URIs are texts (RFC 6749 section 3.1.2.3), as are clients and scopes."""


def is_equal(name: str, one: Any, other: Any) -> bool:
    """Return True if two values of a setting have the same meaning; None is no value.

    Lists are sets. In URLs, the case of scheme and host and the default port do not matter; a slash at the end does.
    """
    return one == other or ((name in _URLS or isinstance(one, list | tuple)) and canonical(one) == canonical(other))


def canonical(value: Any) -> Any:
    """Return a value in the form in which it is compared."""
    if isinstance(value, list | tuple):
        return tuple(sorted({*value}))
    url = url_of(value) if isinstance(value, str) and "://" in value else None
    if url is None:
        return value
    port = None if url.port == _DEFAULT_PORTS.get(url.scheme) else url.port
    return url._replace(port=port)
