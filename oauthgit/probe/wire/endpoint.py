"""URLs that secrets are sent to, read so strictly that no two readers can disagree."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

PORTS = {"https": 443, "http": 80}
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*|[0-9a-f:]*:[0-9a-f:.]+")
_UNWANTED = re.compile(r"[^\x21-\x7e]|[\\\"<>^`{|}]")


class Endpoint(NamedTuple):
    """Where a URL leads: scheme and host in lower case, the port always stated."""

    scheme: str
    host: str
    port: int


def parse(url: str) -> Endpoint:
    """Return where ``url`` leads.

    Raises ValueError, in plain words and without repeating the URL, where it is not an absolute http or https URL of
    RFC 3986 in ASCII, holds a user name, a password or a fragment (RFC 6749 section 3.2), or where urllib and httpx
    read it differently.
    """
    if _UNWANTED.search(url):
        raise ValueError("it holds a blank, a backslash or another character that a URL must not hold")
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
        raise ValueError("it holds a user name or password before the host")
    host = ours.hostname or ""
    if not _NAME.fullmatch(host):
        raise ValueError("its host is not a plain name (ASCII, no trailing dot) or address")
    if port == 0:
        raise ValueError("its port is 0")
    found = Endpoint(ours.scheme, host, port or PORTS[ours.scheme])
    if found != Endpoint(theirs.scheme, theirs.raw_host.decode(), theirs.port or PORTS.get(theirs.scheme, 0)):
        raise ValueError("two readers of URLs disagree about where it leads")
    return found


def matches(pattern: str, endpoint: Endpoint, *, any_port: bool = False) -> bool:
    """Tell whether a host pattern of the policy covers ``endpoint``.

    ``host`` is that host, ``*.host`` every host below it but not itself, ``host:port`` names a port. A pattern without
    a port means the scheme's own port, or every port with ``any_port``. Letters' case does not matter.
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
