"""Parse URLs strictly: only absolute URLs with a host are accepted (RFC 3986)."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from oauthgit.model.formats.lazy_regex import regex

_SHAPE: Final = regex(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<userinfo>[^/?#@\s\\]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#:@\s\\\[\]\x00-\x20\x7f]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[^?#\s\\\x00-\x20\x7f]*)?)(?:\?(?P<query>[^#\s\\\x00-\x20\x7f]*))?(?:#(?P<fragment>\S*))?"
)
_ORDINARY: Final = regex(
    r"https://(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,62})\.)+(?!(?:localhost|localdomain|test|invalid|example)(?:/|$))[a-z]{2,63}"
    r"(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*/?"
)
_SCHEME: Final = regex(r"[A-Za-z][A-Za-z0-9+.-]*(?=:(?![0-9]))")
SERVER_URLS: Final = tuple(
    f"/oauth_servers/*/{name}"
    for name in ("issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint")
)
"""Pointers of an OAuth server's URLs, as patterns of a rule."""

URLS: Final = ("/redirect_uri", *SERVER_URLS)
"""Pointers of all URLs: those of servers, and the redirect URI."""


class Url(NamedTuple):
    """Hold the parts of an absolute URL.

    Scheme and host are in lower case; absent parts are None, an absent path is empty.
    """

    scheme: str
    userinfo: str | None
    host: str
    port: int | None
    path: str
    query: str | None
    fragment: str | None


def url_of(text: object) -> Url | None:
    """Return the parts of an absolute URL, or None if ``text`` is not one."""
    return _parts(text) if isinstance(text, str) else None


@lru_cache(maxsize=4096)
def _parts(text: str) -> Url | None:
    if _is_ordinary(text):
        host, slash, path = text.removeprefix("https://").partition("/")
        return Url("https", None, host, None, slash + path, None, None)
    match = _SHAPE.fullmatch(text)
    if match is None or int(match["port"] or 0) > 0xFFFF:  # noqa: PLR2004 - the last port
        return None
    port = int(match["port"]) if match["port"] else None
    scheme, userinfo, host, _, path, query, fragment = match.groups()
    return Url(scheme.lower(), userinfo, host.lower(), port, path, query, fragment)


def is_ordinary(value: object) -> bool:
    """Return True for a common URL: https, a plain ASCII name, and a plain path.

    It has no credentials, port, query, fragment, escape or dot segment. Its host is not an address, not a name
    without a server, and not internationalized. Rules about unusual URLs do not run on it.
    """
    return isinstance(value, str) and _is_ordinary(value)


@lru_cache(maxsize=4096)
def _is_ordinary(text: str) -> bool:
    return _ORDINARY.fullmatch(text) is not None


def scheme_of(text: object) -> str | None:
    """Return the scheme of any URI in lower case, or None if ``text`` has none."""
    match = _SCHEME.match(text) if isinstance(text, str) else None
    return match[0].lower() if match else None


def query_names(url: Url) -> list[str]:
    """Return the names of query parameters, decoded and in lower case, in order."""
    if not url.query:
        return []
    from urllib.parse import unquote_plus

    parts = re.split("[&;]", url.query)
    return [unquote_plus(part.partition("=")[0]).lower() for part in parts if part]


def web_url(text: object) -> Url | None:
    """Return the parts of a URL whose scheme is http or https, or None."""
    url = url_of(text)
    return url if url and url.scheme in {"http", "https"} else None
