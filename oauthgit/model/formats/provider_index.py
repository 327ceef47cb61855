"""Recognize the provider of a token endpoint by its host or path."""

from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.model.formats.url import url_of


class ProviderIndex(NamedTuple):
    """Map hosts and paths of token endpoints to providers.

    ``hosts`` maps names, and patterns such as ``*.okta.com``, to the ids of providers. ``paths`` maps the ends of
    paths, for software that every customer runs on its own host.
    """

    hosts: Mapping[str, str]
    paths: Mapping[str, str]


def find_provider(token_endpoint: object, index: ProviderIndex) -> str | None:
    """Return the id of the provider that serves ``token_endpoint``, or None.

    An exact host has precedence over a pattern, a long pattern over a short one, and hosts over paths. Other
    schemes than http and https, and URLs with credentials, are not recognised.
    """
    url = url_of(token_endpoint)
    if url is None or url.scheme not in {"http", "https"} or url.userinfo is not None:
        return None
    found, rest = index.hosts.get(url.host), url.host
    while found is None and "." in rest:
        rest = rest.partition(".")[2]
        found = index.hosts.get(f"*.{rest}")
    return found or next((provider for end, provider in index.paths.items() if url.path.endswith(end)), None)
