"""Read the entries of the catalogue of providers, which are part of this program."""

import json
import os
from typing import Final

from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.provider_index import ProviderIndex
from oauthgit.model.workspace import File, Kind

_PROVIDER: Final = regex(r"[a-z][a-z0-9_]*")
_PROVIDERS: Final = os.path.join(os.path.dirname(os.path.dirname(__file__)), "providers")  # noqa: PTH118, PTH120 - pathlib is not loaded for that


def provider_names() -> list[str]:
    """Return the ids of the catalogue's providers, sorted."""
    stems = (entry.removesuffix(".yaml") for entry in os.listdir(_PROVIDERS) if entry.endswith(".yaml"))  # noqa: PTH208 - names are all that is needed
    return sorted(stem for stem in stems if _PROVIDER.fullmatch(stem))


def provider_path(name: str) -> str | None:
    """Return the absolute path of the catalogue entry ``name``; None if it is no id."""
    return f"{_PROVIDERS}/{name}.yaml" if _PROVIDER.fullmatch(name) else None


def provider_file(name: str) -> File | None:
    """Return the catalogue entry ``name``, or None if it does not exist.

    A name that is not an id is not used as a path.
    """
    path = provider_path(name)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is not loaded for that
            content = file.read()
    except OSError:  # the file does not exist, or its name is too long
        return None
    return File(f"oauthgit/providers/{name}.yaml", Kind.PROVIDER, f"provider/{name}", {"provider": name}, content)


def provider_index() -> ProviderIndex:
    """Return the token endpoints that identify the catalogue's providers.

    They come from ``hosts.json`` in the catalogue's folder.
    """
    with open(f"{_PROVIDERS}/hosts.json", "rb") as file:  # noqa: PTH123 - pathlib is not loaded for that
        return ProviderIndex(**json.load(file))
