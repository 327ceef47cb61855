"""Branches, tags and remotes of a repository, each by its full name."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from oauthgit.discover.git import GitError, Repository

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FORMAT: Final = "%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(symref)"
_URL_KEY: Final = re.compile(r"remote\.(?P<name>.+)\.url", re.DOTALL)


class Ref(NamedTuple):
    """A branch or tag: its commit, and the full name of the ref that it points to, empty where it names a commit."""

    commit: str
    symref: str


def list_refs(repository: Repository, names: Iterable[str] = ()) -> dict[str, Ref]:
    """Return all branches of remotes, and the refs of the full ``names``, by their full names.

    A name is never guessed: ``git rev-parse`` would take a tag called ``refs/remotes/origin/main`` for that branch. A
    symbolic ref that leads nowhere is left out, and so is a ref of anything but a commit.

    Raises:
        GitError: The refs cannot be read.

    """
    answer = repository.run(("for-each-ref", f"--format={_FORMAT}", "refs/remotes", *names))
    if answer.returncode:
        raise GitError("git cannot list the branches of this repository; git fsck tells whether it is sound")
    refs = {}
    for line in answer.stdout.decode(errors="surrogateescape").split("\n")[:-1]:
        name, kind, object_name, peeled_kind, peeled, symref = line.split("\0")
        if "commit" in {kind, peeled_kind}:
            refs[name] = Ref(object_name if kind == "commit" else peeled, symref)
    return refs


def list_remotes(repository: Repository) -> dict[str, tuple[str, ...]]:
    """Return the URLs of each remote by its name, as the repository's own configuration states them.

    Included files are not read, for a change may bring one along; the configuration of a linked worktree is that of its
    repository.

    Raises:
        GitError: The configuration cannot be read.

    """
    arguments = ("config", "--no-includes", "--file", str(_find_git_folder(repository.top) / "config"))
    answer = repository.run((*arguments, "--null", "--get-regexp", r"^remote\..*\.url$"))
    if answer.returncode not in {0, 1}:  # 1: there is none
        raise GitError("git cannot read the configuration of this repository; try git config --list by hand")
    remotes: dict[str, tuple[str, ...]] = {}
    for entry in answer.stdout.decode(errors="surrogateescape").split("\0")[:-1]:
        key, _, url = entry.partition("\n")
        if found := _URL_KEY.fullmatch(key):
            remotes[found["name"]] = (*remotes.get(found["name"], ()), url)
    return remotes


def has_commit(repository: Repository, commit: str) -> bool:
    """Report whether a full hash is that of a commit which is in this clone."""
    return _COMMIT.fullmatch(commit) is not None and repository.find_commit(commit) == commit


def read_head(repository: Repository) -> str:
    """Return the full name of the branch that is checked out, empty where a commit is."""
    text = _read_text(_find_own_folder(repository.top) / "HEAD")
    return text.removeprefix("ref:").strip() if text.startswith("ref:") else ""


def has_fetched(repository: Repository) -> bool:
    """Report whether something was fetched into this repository, by a remote or by an address alone."""
    return (_find_own_folder(repository.top) / "FETCH_HEAD").is_file()


def is_submodule(repository: Repository) -> bool:
    """Report whether ``.git`` is a file that leads elsewhere and no linked worktree: a submodule, mostly."""
    return (repository.top / ".git").is_file() and not (_find_own_folder(repository.top) / "commondir").is_file()


def _find_own_folder(top: Path) -> Path:
    """Return the folder of a checkout's own state: ``.git``, or the folder that the file ``.git`` names."""
    place = top / ".git"
    if not place.is_file():
        return place
    return top / _read_text(place).removeprefix("gitdir:").strip()


def _find_git_folder(top: Path) -> Path:
    """Return the folder that all worktrees share (gitrepository-layout: ``commondir``)."""
    own = _find_own_folder(top)
    shared = own / "commondir"
    return own / _read_text(shared).strip() if shared.is_file() else own


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise GitError(
            f"{path} cannot be read ({error.strerror}); git status tells whether this is a repository"
        ) from None
