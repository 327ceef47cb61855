"""Read a git repository and its commits from git's object store."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import new as new_hash
from pathlib import Path
from posixpath import normpath
from typing import Final

from oauthgit.discover.git_listing import Entry, read_listing
from oauthgit.discover.git_process import GitAnswer, GitError, GitObject, ObjectReader, run_git
from oauthgit.discover.layout import CONFIGS, SIZE, SOPS_RULES, WORKFLOWS
from oauthgit.discover.missing_commit import explain_missing_commit
from oauthgit.find_program import find_program, search_path
from oauthgit.model.formats.local_path import is_inside
from oauthgit.model.formats.sanitize import redact_urls

__all__ = ["SIZE", "Commit", "Entry", "GitError", "Repository", "hash_blob"]

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF: Final = re.compile(r"(?!-)[^\x00-\x20\x7f]{1,250}")
_SHA1: Final = 40
_FILTERED: Final = re.compile(rb"extensions\.|remote\.")
_PARTIAL: Final = r"^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter))$"
_TOGETHER: Final = (CONFIGS, SOPS_RULES, WORKFLOWS)
"""The paths that most commands list in a commit, so that one listing serves them all."""


class Repository:
    """Represent the repository that contains ``root``.

    It is read by the git on the PATH ``search``. Both are searched for at the first reading, so an object for a folder
    without a repository is valid. Programs in ``root`` are not started as git. Nothing is fetched, and no program that the
    repository names is started. All members may raise a GitError: there is no git, no repository, or git cannot read it.
    """

    def __init__(self, root: Path, search: str) -> None:
        self.root = root
        self.search = search
        self._listings: dict[tuple[str, ...], tuple[Entry, ...] | None] = {}

    @cached_property
    def _place(self) -> tuple[str, Path]:
        """Return the path of git, and the repository's folder."""
        real = self.root.resolve()
        program = find_program("git", search_path(self.search, str(real)), str(real))
        if program is None:
            raise GitError(
                "git was not found on PATH (outside the repository and temporary folders), but it is needed to read an earlier "
                "state of the files"
            )
        top = next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), None)
        if top is None:
            raise GitError(f"{self.root} is not in a git repository, so there is no earlier state to read")
        return program, top

    @cached_property
    def _reader(self) -> ObjectReader:
        return ObjectReader(*self._place)

    @property
    def top(self) -> Path:
        """Return the repository's folder."""
        return self._place[1]

    @cached_property
    def below(self) -> str:
        """Return the path of ``root`` in the repository."""
        return self.root.resolve().relative_to(self.top).as_posix()

    @cached_property
    def is_partial(self) -> bool:
        """Return True if this clone was made with a filter and may lack contents."""
        return _FILTERED.match(self.run(("config", "--get-regexp", _PARTIAL)).stdout) is not None

    def within(self, path: str) -> str:
        """Return a path below ``root`` as a path from the repository's folder."""
        inner = normpath(f"{self.below}/{path}")
        if "\n" in inner or inner.startswith("../"):
            raise GitError("a path that leads out of the repository, or contains a line break, cannot be read from git")
        return inner

    def run(self, arguments: tuple[str, ...], given: bytes = b"", seconds: float | None = None) -> GitAnswer:
        """Run git with ``given`` as its input, for at most ``seconds`` (default: 20)."""
        return run_git(*self._place, arguments, given, seconds)

    def explain_failure(self, what: str) -> GitError:
        """Return the error for ``what``, which is filtered out or broken."""
        if self.is_partial:
            fetch = "git fetch --refetch --no-filter"
            return GitError(f"this clone was made with a filter and lacks a part of {what}; fetch it first: {fetch}")
        return GitError(f"git cannot read {what}; check the repository with git fsck")

    def commit(self, ref: str) -> "Commit":
        """Return the commit that ``ref`` names; git resolves it at the first reading."""
        return Commit(self, ref)

    def find_commit(self, ref: str) -> str:
        """Return the full hash of the commit that ``ref`` names, or an empty text."""
        reader = self._reader
        if not _REF.fullmatch(ref):
            named = redact_urls(ref)
            raise GitError(f'"{named}" cannot name a commit; write a branch, a tag or a hash, such as origin/main')
        found = (reader.read([f"{ref}^{{commit}}"]) or [GitObject(b"")])[0]
        return found.name if found.kind == "commit" and _COMMIT.fullmatch(found.name) else ""

    def list_files(self, commit: str, paths: tuple[str, ...]) -> tuple[Entry, ...]:
        """Return the files at or below paths from ``root`` in a commit, sorted."""
        key = (commit, *paths)
        together = self._list(commit, _TOGETHER) if {*paths} <= {*_TOGETHER} else None
        if together is not None and key not in self._listings:
            self._listings[key] = tuple(each for each in together if any(is_inside(each.path, path) for path in paths))
        entries = self._list(commit, paths)  # the missing objects may be at other paths
        if entries is None:
            raise self.explain_failure(f"the files of {commit}")
        return entries

    def _list(self, commit: str, paths: tuple[str, ...]) -> tuple[Entry, ...] | None:
        key = (commit, *paths)
        if key not in self._listings:
            arguments = ("ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *map(self.within, paths))
            answer = self.run(arguments)
            entries = None if answer.returncode else read_listing(answer.stdout, len(self.within("x")) - 1)
            if entries is not None and CONFIGS in paths and not any(is_inside(each.path, CONFIGS) for each in entries):
                entries = [*self._find_special_parents(commit), *entries]
            self._listings[key] = None if entries is None else tuple(entries)
        return self._listings[key]

    def _find_special_parents(self, commit: str) -> list[Entry]:
        """Return the folder of settings as an entry if a folder above it is special."""
        above = [folder.as_posix() for folder in Path(self.below, CONFIGS).parents if folder.name]
        listed = (
            read_listing(self.run(("ls-tree", "-z", "-l", "--full-tree", commit, "--", *above)).stdout) if above else []
        )
        return [Entry(CONFIGS, 0, f"in {each.special}") for each in listed or () if each.special]

    def read_objects(self, names: Sequence[str], what: str) -> list[GitObject]:
        """Return the objects with ``names``; an error message calls them ``what``."""
        found = self._reader.read(names)
        if found is None:
            raise self.explain_failure(what)
        return found

    def read_blobs(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """Return contents by the hash of a commit and a path from ``top``.

        Absent files are left out, or an error in a clone made with a filter. A file may have at most 1 MiB.
        """
        names = dict.fromkeys(f"{commit}:{path}" for commit, path in wanted)
        contents = _pick_contents(names, self.read_objects([*names], "the files of the authority"), SIZE)
        if len(contents) < len(names) and self.is_partial:
            raise self.explain_failure("the files of the authority")
        return {(commit, path): contents[name] for commit, path in wanted if (name := f"{commit}:{path}") in contents}

    def list_existing(self, wanted: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the existing pairs of a commit and a path from ``top``; all if git fails."""
        found = self._reader.read([f"{commit}:{path}" for commit, path in wanted])
        if found is None:
            return [*wanted]
        return [pair for pair, each in zip(wanted, found, strict=True) if not each.header.endswith(b" missing\n")]


class Commit:
    """Represent the commit that ``ref`` names; repeated reading gives the same result.

    Paths are relative to the root. All members may raise a GitError: as for a repository, or if the commit is missing.
    """

    def __init__(self, repository: Repository, ref: str) -> None:
        self.repository = repository
        self.ref = ref

    @cached_property
    def hash(self) -> str:
        """Return the full hash."""
        found = self.repository.find_commit(self.ref)
        if not found:
            raise GitError(explain_missing_commit(self.repository, self.ref))
        return found

    def merge_base(self, other: "Commit") -> str:
        """Return the full hash of the common ancestor of this commit and the other."""
        found = self.repository.run(("merge-base", self.hash, other.hash))
        commit = found.stdout.strip().decode(errors="replace")
        if found.returncode or not _COMMIT.fullmatch(commit):
            raise GitError(
                f"{redact_urls(self.ref)} and {redact_urls(other.ref)} have no common ancestor, or this clone "
                "has only a part of the "
                "history; fetch it first (git fetch --unshallow; in CI a checkout of the whole history: fetch-depth 0)"
            )
        return commit

    def list_files(self, *paths: str) -> tuple[Entry, ...]:
        """Return the files at or below ``paths``, sorted.

        Git gets the paths as arguments, so they must be few: for many files, list their folder and select from it. Links
        and submodules are listed with their type, and not followed.
        """
        return self.repository.list_files(self.hash, paths)

    def read(self, paths: Sequence[str], most: int = SIZE) -> dict[str, bytes]:
        """Return the contents of the existing ``paths``, of at most ``most`` bytes each."""
        return self._read(paths, most, redact_urls(self.ref))

    def read_new(self, entries: Sequence[Entry], known: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the contents of ``entries``; unchanged ``known`` contents are not read."""
        same = {each.path for each in entries if each.path in known and hash_blob(known[each.path], each.id) == each.id}
        new = [each.path for each in entries if each.path not in same]
        return {path: known[path] for path in same} | (self._read(new, SIZE, self.hash) if new else {})

    def _read(self, paths: Sequence[str], most: int, name: str) -> dict[str, bytes]:
        names = [f"{self.hash}:{self.repository.within(path)}" for path in paths]
        return _pick_contents(paths, self.repository.read_objects(names, f"the files of {name}"), most)


def hash_blob(content: bytes, like: str) -> str:
    """Return git's hash of a content: SHA-1 or SHA-256, by the length of ``like``."""
    return new_hash("sha1" if len(like) == _SHA1 else "sha256", b"blob %d\0" % len(content) + content).hexdigest()


def _pick_contents(names: Iterable[str], objects: Iterable[GitObject], most: int) -> dict[str, bytes]:
    """Return the contents of the objects that are files, by their names."""
    contents = {}
    for name, found in zip(names, objects, strict=True):
        if found.kind == "blob":
            if len(found.content) > most:
                raise GitError(
                    f"{redact_urls(name)} has more than {most:,} bytes there, which no file of settings needs"
                )
            contents[name] = found.content
    return contents
