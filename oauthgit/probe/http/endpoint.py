"""Parse URLs of endpoints so that all parsers agree on the host."""

import re
from urllib.parse import urlsplit

import httpx

from oauthgit.model.formats.endpoint import PORTS, Endpoint, parse_endpoint

__all__ = ["PORTS", "Endpoint", "parse"]


def parse(url: str) -> Endpoint:
    """Return scheme, host and port of ``url``.

    Raises:
        ValueError: ``url`` is refused by :func:`parse_endpoint`, or is read differently by urllib and httpx. The message
            does not repeat it.

    """
    found = parse_endpoint(url)
    try:
        ours, theirs = urlsplit(url), httpx.URL(url)
        port = ours.port
    except (ValueError, httpx.InvalidURL):
        raise ValueError("it is not a URL") from None
    read = (
        Endpoint(ours.scheme, ours.hostname or "", port or PORTS.get(ours.scheme, 0)),
        Endpoint(theirs.scheme, theirs.raw_host.decode(), theirs.port or PORTS.get(theirs.scheme, 0)),
    )
    if read != (found, found):
        raise ValueError("two URL parsers disagree about its host or port")
    return found


def target_of(url: str) -> str:
    """Return path and query of ``url`` as they stand there, byte for byte.

    A URL without a path gets ``/`` (RFC 9112 section 3.2.1). URL parsers split at ``;``, resolve dots or change
    percent-encoding, and the secret would go to a place that nobody configured.
    """
    parts = re.split("([/?])", url.partition("://")[2], maxsplit=1)
    rest = "".join(parts[1:])
    return rest if rest.startswith("/") else f"/{rest}"
