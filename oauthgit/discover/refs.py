"""List the branches, tags and remotes of a repository by their full names."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from oauthgit.discover.git import GitError, Repository

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FORMAT: Final = "%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(symref)"
_URL_KEY: Final = re.compile(r"remote\.(?P<name>.+)\.url", re.DOTALL)


class Ref(NamedTuple):
    """Represent a branch or tag by its commit and the ref that it points to.

    ``symref`` is a full name; it is empty if the ref names a commit directly.
    """

    commit: str
    symref: str


def list_refs(repository: Repository, names: Iterable[str] = ()) -> dict[str, Ref]:
    """Return all branches of remotes, and the refs with full ``names``, by full name.

    Names are matched exactly: ``git rev-parse`` would accept a tag ``refs/remotes/origin/main`` as that branch. A symbolic
    ref to a missing ref is left out, and so is a ref to an object that is not a commit.

    Raises:
        GitError: The refs cannot be read.

    """
    answer = repository.run(("for-each-ref", f"--format={_FORMAT}", "refs/remotes", *names))
    if answer.returncode:
        raise GitError("git cannot list the branches of this repository; check it with git fsck")
    refs = {}
    for line in answer.stdout.decode(errors="surrogateescape").split("\n")[:-1]:
        name, kind, object_name, peeled_kind, peeled, symref = line.split("\0")
        if "commit" in {kind, peeled_kind}:
            refs[name] = Ref(object_name if kind == "commit" else peeled, symref)
    return refs


def list_remotes(repository: Repository) -> dict[str, tuple[str, ...]]:
    """Return the URLs of each remote by its name.

    They come from the repository's own configuration. Included files are not read, because a change could add one. The
    configuration of a linked worktree is that of its repository.

    Raises:
        GitError: The configuration cannot be read.

    """
    arguments = ("config", "--no-includes", "--file", str(_find_git_folder(repository.top) / "config"))
    answer = repository.run((*arguments, "--null", "--get-regexp", r"^remote\..*\.url$"))
    if answer.returncode not in {0, 1}:  # 1: no remote
        raise GitError("git cannot read the configuration of this repository; try git config --list by hand")
    remotes: dict[str, tuple[str, ...]] = {}
    for entry in answer.stdout.decode(errors="surrogateescape").split("\0")[:-1]:
        key, _, url = entry.partition("\n")
        if found := _URL_KEY.fullmatch(key):
            remotes[found["name"]] = (*remotes.get(found["name"], ()), url)
    return remotes


def has_commit(repository: Repository, commit: str) -> bool:
    """Return True if a full hash is that of a commit in this clone."""
    return _COMMIT.fullmatch(commit) is not None and repository.find_commit(commit) == commit


def read_head(repository: Repository) -> str:
    """Return the full name of the branch that is checked out.

    It is empty if a commit is checked out directly.
    """
    text = _read_text(_find_own_folder(repository.top) / "HEAD")
    return text.removeprefix("ref:").strip() if text.startswith("ref:") else ""


def has_fetched(repository: Repository) -> bool:
    """Return True if something was fetched into this repository.

    This includes fetches by URL, without a remote.
    """
    return (_find_own_folder(repository.top) / "FETCH_HEAD").is_file()


def is_submodule(repository: Repository) -> bool:
    """Return True if ``.git`` is a file and not that of a linked worktree.

    This is mostly a submodule.
    """
    return (repository.top / ".git").is_file() and not (_find_own_folder(repository.top) / "commondir").is_file()


def _find_own_folder(top: Path) -> Path:
    """Return the folder of a checkout's own state.

    It is ``.git``, or the folder that the file ``.git`` names.
    """
    place = top / ".git"
    if not place.is_file():
        return place
    return top / _read_text(place).removeprefix("gitdir:").strip()


def _find_git_folder(top: Path) -> Path:
    """Return the folder that all worktrees share.

    Source: gitrepository-layout, ``commondir``.
    """
    own = _find_own_folder(top)
    shared = own / "commondir"
    return own / _read_text(shared).strip() if shared.is_file() else own


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise GitError(
            f"{path} cannot be read ({error.strerror}); check with git status that this is a repository"
        ) from None
