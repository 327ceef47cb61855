"""Parse URLs of endpoints strictly, and match their hosts with patterns."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.url import url_of

PORTS: Final = {"https": 443, "http": 80}
_NAME: Final = regex(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*|[0-9a-f:]*:[0-9a-f:.]+")
_FORBIDDEN: Final = regex(r"[^\x21-\x7e]|[\\\"<>^`{|}]")
_PATTERN: Final = regex(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^/?#:@\s\\\[\]]+)(?::(?P<port>[0-9]{1,5}))?")


class Endpoint(NamedTuple):
    """Hold scheme, host and port of a URL.

    Scheme and host are in lower case; the port is always set.
    """

    scheme: str
    host: str
    port: int

    @property
    def name(self) -> str:
        """Return the host, with its port unless it is the usual one."""
        return self.host if self.port in {80, 443} else f"{self.host}:{self.port}"


def find_forbidden(url: str) -> str:
    """Return the first character that no URL of RFC 3986 has, or an empty text."""
    match = _FORBIDDEN.search(url)
    return match[0] if match else ""


@lru_cache(maxsize=4096)
def parse_endpoint(url: str) -> Endpoint:
    """Return scheme, host and port of ``url``.

    Raises:
        ValueError: ``url`` is not an absolute http or https URL of RFC 3986 in ASCII, or has a user name, a password or a
            fragment (RFC 6749 section 3.2). The message does not repeat it.

    """
    if find_forbidden(url):
        raise ValueError("it contains a space, a backslash or another character that is not allowed in a URL")
    if "#" in url:
        raise ValueError("it has a fragment (#...)")
    if not url.lower().startswith(("https://", "http://")):
        raise ValueError("it does not begin with https:// or http://")
    if "@" in url.partition("://")[2].partition("/")[0].partition("?")[0]:
        raise ValueError("it contains a user name or password before the host")
    parts = url_of(url)
    if parts is None:
        raise ValueError("it is not a URL")
    host = parts.host.strip("[]")
    if not _NAME.fullmatch(host):
        raise ValueError("its host is not a plain name (ASCII, no trailing dot) or address")
    if parts.port == 0:
        raise ValueError("its port is 0")
    return Endpoint(parts.scheme, host, parts.port or PORTS[parts.scheme])


def matches(patterns: Iterable[str], endpoint: Endpoint, *, any_port: bool = False) -> bool:
    """Return True if one of the policy's host patterns matches ``endpoint``.

    ``host`` matches that host, ``*.host`` every host below it but not itself, ``host:port`` only that port. A pattern
    without a port matches the default port of the scheme, or every port with ``any_port``. Case is ignored.
    """
    known = _read_patterns(tuple(patterns))
    labels = endpoint.host.split(".")
    names = (endpoint.host, *(f"*.{'.'.join(labels[at:])}" for at in range(1, len(labels))))
    if any((name, endpoint.port) in known for name in names):
        return True
    return (any_port or endpoint.port == PORTS[endpoint.scheme]) and any((name, None) in known for name in names)


@lru_cache(maxsize=16)
def _read_patterns(patterns: tuple[str, ...]) -> frozenset[tuple[str, int | None]]:
    found = filter(None, map(_PATTERN.fullmatch, patterns))
    return frozenset(
        (match["name"].strip("[]").lower(), int(match["port"]) if match["port"] else None) for match in found
    )
