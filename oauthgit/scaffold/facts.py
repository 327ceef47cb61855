"""Read the facts of a folder as bounded text; nothing in it is executed."""

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from oauthgit.model.formats.age_key_places import age_key_files
from oauthgit.model.scaffold import System

_SIZE: Final = 64 * 1024
_RECIPIENT: Final = re.compile(r"age1[02-9a-z]{38,4096}")
_PUBLIC: Final = re.compile(rb"^# public key: (age1[0-9a-z]{1,4096})\s*$", re.MULTILINE)
_SIGNS: Final[Mapping[System, tuple[str, ...]]] = {
    "github": (".github/workflows",),
    "gitlab": (".gitlab-ci.yml", ".gitlab-ci.yaml"),
    "azure": ("azure-pipelines.yml", "azure-pipelines.yaml"),
}
_HOSTS: Final[Mapping[System, re.Pattern[str]]] = {
    "github": re.compile(r"(^|[.-])github[.-]"),
    "gitlab": re.compile(r"(^|[.-])gitlab[.-]"),
    "azure": re.compile(r"(^|\.)(dev\.azure|visualstudio)\.com$"),
}
_SECTION: Final = re.compile(r'\s*\[\s*(?:remote\s+"([^"\n]*)"|[^\]\n]*)\s*\]')
_URL: Final = re.compile(r"\s*url\s*=\s*(\S+)", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^@/\s]*@)?([A-Za-z0-9.-]+)(?=[:/])")


def repository_of(folder: Path) -> Path | None:
    """Return the git repository that contains ``folder``, or None; git is not run."""
    return next((each for each in (folder, *folder.parents) if os.path.lexists(each / ".git")), None)


def systems_of(top: Path) -> tuple[System, ...]:
    """Return the CI systems by files in ``top``, else by remote host, else GitHub."""
    found = [system for system, signs in _SIGNS.items() if any(os.path.lexists(top / sign) for sign in signs)]
    return tuple(found) or (system_of(hosts_in(_configuration(top))) or "github",)


def has_origin(top: Path) -> bool:
    """Return True if the repository ``top`` has a remote with the name origin."""
    lines = _configuration(top).splitlines()
    return any(opened[1] == "origin" for line in lines if (opened := _SECTION.match(line)))


def hosts_in(configuration: str) -> list[str]:
    """Return the hosts of the remotes in a git configuration, ``origin`` first."""
    section, hosts = None, []
    for line in configuration.splitlines():
        if opened := _SECTION.match(line):
            section = opened[1]
        elif section is not None and (url := _URL.match(line)) and (host := _HOST.match(url[1])):
            hosts.append((section != "origin", host[1].lower()))
    return [host for _, host in sorted(hosts, key=lambda pair: pair[0])]


def system_of(hosts: list[str]) -> System | None:
    """Return the CI system of the first known host name, or None."""
    groups = (system for host in hosts for system, pattern in _HOSTS.items() if pattern.search(host))
    return next(groups, None)


def recipients_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the public age keys for encryption, or of the keys for decryption.

    They come from SOPS_AGE_RECIPIENTS, else from the comments of the first key file that has any. Other parts of such a
    file are dropped. Source: SOPS, "Encrypting using age".
    """
    given = [each.strip() for each in environment.get("SOPS_AGE_RECIPIENTS", "").split(",")]
    named = tuple(dict.fromkeys(each for each in given if _RECIPIENT.fullmatch(each)))
    if named:
        return named
    for file in age_key_files(environment):
        found = (match.decode() for match in _PUBLIC.findall(_beginning(file)))
        keys = tuple(dict.fromkeys(key for key in found if _RECIPIENT.fullmatch(key)))
        if keys:
            return keys
    return ()


def _configuration(top: Path) -> str:
    """Return the text of the git configuration, also in a worktree."""
    folder = top / ".git"
    named = re.match(r"gitdir: (.+)", _beginning(folder).decode(errors="replace"))
    if named:
        folder = top / named[1].strip()
        common = _beginning(folder / "commondir").decode(errors="replace").strip()
        folder = folder / common if common else folder
    return _beginning(folder / "config").decode(errors="replace")


def _beginning(file: Path) -> bytes:
    """Return the first 64 KiB of a plain, readable file, else nothing."""
    with suppress(OSError, ValueError):
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as stream:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return stream.read(_SIZE)
    return b""


def obstacle(root: Path, path: str) -> str:
    """Return the obstacle to creating ``path`` below ``root``; empty if none."""
    *folders, name = path.split("/")
    place = root
    for folder in folders:
        place /= folder
        mode = _mode(place)
        if mode is None:
            return ""
        if not stat.S_ISDIR(mode):
            return f"{place.relative_to(root)} is {_what(mode)}, not a folder"
    mode = _mode(place / name)
    return "" if mode is None or stat.S_ISREG(mode) else f"{path} is {_what(mode)}, not a file"


def _mode(path: Path) -> int | None:
    with suppress(FileNotFoundError):
        return path.lstat().st_mode
    return None


def _what(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a file" if stat.S_ISREG(mode) else "a FIFO, a device or a socket"
