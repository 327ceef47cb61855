"""Parse URLs of endpoints strictly, so that all parsers agree on the host."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

PORTS = {"https": 443, "http": 80}
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*|[0-9a-f:]*:[0-9a-f:.]+")
_FORBIDDEN = re.compile(r"[^\x21-\x7e]|[\\\"<>^`{|}]")


class Endpoint(NamedTuple):
    """Hold scheme, host and port of a URL.

    Scheme and host are in lower case; the port is always set.
    """

    scheme: str
    host: str
    port: int


def parse(url: str) -> Endpoint:
    """Return scheme, host and port of ``url``.

    Raises:
        ValueError: ``url`` is not an absolute http or https URL of RFC 3986 in ASCII, has a user name, a password or a
            fragment (RFC 6749 section 3.2), or is read differently by urllib and httpx. The message does not repeat it.

    """
    if _FORBIDDEN.search(url):
        raise ValueError("it contains a space, a backslash or another character that is not allowed in a URL")
    if "#" in url:
        raise ValueError("it has a fragment (#...)")
    try:
        ours, theirs = urlsplit(url), httpx.URL(url)
        port = ours.port
    except (ValueError, httpx.InvalidURL):
        raise ValueError("it is not a URL") from None
    if ours.scheme not in PORTS:
        raise ValueError("it does not begin with https:// or http://")
    if "@" in ours.netloc:
        raise ValueError("it contains a user name or password before the host")
    host = ours.hostname or ""
    if not _NAME.fullmatch(host):
        raise ValueError("its host is not a plain name (ASCII, no trailing dot) or address")
    if port == 0:
        raise ValueError("its port is 0")
    found = Endpoint(ours.scheme, host, port or PORTS[ours.scheme])
    if found != Endpoint(theirs.scheme, theirs.raw_host.decode(), theirs.port or PORTS.get(theirs.scheme, 0)):
        raise ValueError("two URL parsers disagree about its host or port")
    return found


def matches(pattern: str, endpoint: Endpoint, *, any_port: bool = False) -> bool:
    """Return True if a host pattern of the policy matches ``endpoint``.

    ``host`` matches that host, ``*.host`` every host below it but not itself, ``host:port`` only that port. A pattern
    without a port matches the default port of the scheme, or every port with ``any_port``. Case is ignored.
    """
    try:
        parts = urlsplit(f"//{pattern}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.netloc != pattern or "@" in pattern or not name:
        return False
    if port is None and not any_port:
        port = PORTS[endpoint.scheme]
    if port not in {None, endpoint.port}:
        return False
    return endpoint.host.endswith(name[1:]) if name.startswith("*.") else endpoint.host == name
