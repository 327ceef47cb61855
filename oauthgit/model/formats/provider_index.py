"""Recognition: which provider of the catalogue a token endpoint belongs to, by its host or its path."""

from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.model.formats.url import url_of


class ProviderIndex(NamedTuple):
    """By what token endpoints are recognised.

    ``hosts`` maps names, and patterns such as ``*.okta.com``, to the ids of providers; ``paths`` does so with the ends of
    paths, for software that everybody runs on a host of their own.
    """

    hosts: Mapping[str, str]
    paths: Mapping[str, str]


def recognised(token_endpoint: object, index: ProviderIndex) -> str | None:
    """Return the id of the provider that serves ``token_endpoint``, or None.

    A host's own name goes before a pattern, a long pattern before a short one, and any of them before a path. What is no
    plain URL of the web is not recognised, nor is one with credentials before its host.
    """
    url = url_of(token_endpoint)
    if url is None or url.scheme not in {"http", "https"} or url.userinfo is not None:
        return None
    found, rest = index.hosts.get(url.host), url.host
    while found is None and "." in rest:
        rest = rest.partition(".")[2]
        found = index.hosts.get(f"*.{rest}")
    return found or next((provider for end, provider in index.paths.items() if url.path.endswith(end)), None)
