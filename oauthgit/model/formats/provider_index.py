"""Recognize a provider by its token endpoint or by its issuer's metadata."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from oauthgit.model.formats.url import url_of


class ProviderIndex(NamedTuple):
    """Map hosts and paths of token endpoints to providers.

    ``hosts`` maps names, and patterns such as ``*.okta.com``, to the ids of providers. ``paths`` maps the ends of
    paths, for software that every customer runs on its own host. ``metadata`` does so for each URL in the metadata of
    an issuer that tells such software apart.
    """

    hosts: Mapping[str, str]
    paths: Mapping[str, str]
    metadata: Mapping[str, Mapping[str, str]] = {}


def find_provider(token_endpoint: object, index: ProviderIndex) -> str | None:
    """Return the id of the provider that serves ``token_endpoint``, or None.

    An exact host has precedence over a pattern, a long pattern or path over a short one, and hosts over paths. Other
    schemes than http and https, and URLs with credentials, are not recognised.
    """
    url = url_of(token_endpoint)
    if url is None or url.scheme not in {"http", "https"} or url.userinfo is not None:
        return None
    found, rest = index.hosts.get(url.host), url.host
    while found is None and "." in rest:
        rest = rest.partition(".")[2]
        found = index.hosts.get(f"*.{rest}")
    return found or _find_path(url.path, index.paths)


def find_provider_of_metadata(document: Mapping[str, Any], index: ProviderIndex) -> str | None:
    """Return the id of the provider whose software published ``document``, or None.

    Software that is told apart by different URLs of one document is not recognised.
    """
    urls = ((url_of(document.get(name)), paths) for name, paths in index.metadata.items())
    found = {_find_path(url.path, paths) for url, paths in urls if url is not None} - {None}
    return found.pop() if len(found) == 1 else None


def _find_path(path: str, ends: Mapping[str, str]) -> str | None:
    found = max((end for end in ends if path.endswith(end)), key=len, default=None)
    return None if found is None else ends[found]
