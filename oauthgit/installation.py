"""Read the source of the installed package from the record of its installer."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from oauthgit.model.formats.sanitize import command
from oauthgit.model.installation import Installation

_RELEASE: Final = re.compile(r"[0-9]+(\.[0-9]+)*((a|b|rc|\.post)[0-9]+)?")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_URL: Final = re.compile(
    r"(https|http|ssh|git|file)://(git@)?([A-Za-z0-9._~%-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~:/%+@\[\]-]*)?"
)
"""The addresses that mean nothing else in YAML between quotation marks, in a shell and in a requirement.

A word after the host could be a password without its user, so only the number of a port may be there.
"""
_USER: Final = re.compile(r"(?<=//)[^/@]*@")


def read_installation(version: str) -> Installation:
    """Return the source of this package; a checkout that is not installed has none.

    ``version`` is that of the package. Source: PEP 610.
    """
    with suppress(PackageNotFoundError, OSError, ValueError):
        found = distribution("oauthgit")
        record = json.loads(found.read_text("direct_url.json") or "null")
        installed = found.version == version and _is_ours(found)
        return describe(version, record, found.metadata.get_all("Project-URL") or (), installed=installed)
    return Installation(version)


def advise_extra(version: str, extra: str) -> str:
    """Return the command that adds an extra to this installation, or the words for it."""
    requirement = read_installation(version).requirement(extra)
    return (
        command("python", "-m", "pip", "install", requirement)
        if requirement
        else f"install oauthgit with its extra {extra}"
    )


def describe(version: str, record: Any, urls: Sequence[str], *, installed: bool) -> Installation:
    """Return the source that a record and the project URLs of the metadata state.

    Without a record, an index is the source, and ``version`` is a release unless it ends in ``.dev0``. ``installed`` is
    False if the package was not loaded from the place of the record; then only a local folder counts.
    """
    unknown = Installation(version)
    if record is None:
        released = installed and _RELEASE.fullmatch(version) is not None
        return unknown._replace(released=released, url=_repository(urls) if released else "")
    if not isinstance(record, Mapping) or not isinstance(record.get("url"), str):
        return unknown
    url, source = record["url"], record.get("vcs_info")
    if isinstance(source, Mapping):
        commit, usable = source.get("commit_id"), _without_credentials(url)
        known = source.get("vcs") == "git" and isinstance(commit, str) and _COMMIT.fullmatch(commit)
        if installed and known and usable and not record.get("subdirectory"):
            return unknown._replace(url=usable, commit=str(commit))
        return unknown
    return unknown._replace(folder=_folder(url)) if "dir_info" in record else unknown


def _is_ours(found: Distribution) -> bool:
    return (
        Path(str(found.locate_file("oauthgit/__init__.py"))).resolve()
        == Path(__file__).with_name("__init__.py").resolve()
    )


def _repository(urls: Sequence[str]) -> str:
    """Return the address in ``Project-URL: Repository, https://...``."""
    pairs = (each.partition(",") for each in urls)
    stated = next((url.strip() for label, _, url in pairs if label.strip().lower() == "repository"), "")
    return _without_credentials(stated)


def _without_credentials(url: str) -> str:
    """Return an address that can be in a file for others; empty if there is none.

    Installers drop user and password, but keep variables and the user ``git``.
    """
    plain = url if url.startswith("ssh://git@") else _USER.sub("", url, count=1)
    return plain if _URL.fullmatch(plain) and "@" not in plain.removeprefix("ssh://git@") else ""


def _folder(url: str) -> str:
    from urllib.request import url2pathname  # it loads much

    parts = urlsplit(url)
    return url2pathname(parts.path) if parts.scheme == "file" else ""
