"""Files as they stand in a commit: read from git's object store, with all that a repository could start switched off."""

import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import new as new_hash
from pathlib import Path
from posixpath import normpath
from threading import Event, Thread, Timer
from typing import Final, NamedTuple

from oauthgit.find_program import find_program, search_path
from oauthgit.model.display import shown

SECONDS: Final = 20.0
SIZE: Final = 1024 * 1024
MOST: Final = 512 * 1024 * 1024

# A repository's own configuration may name programs. Nothing below looks at hooks, filters or pagers; these close the
# rest, and GIT_ALLOW_PROTOCOL keeps a partial clone from fetching what it lacks. The repository is named, not searched
# for: git would take a folder of the tree that holds HEAD, refs and objects for a bare one.
_OPTIONS: Final = (
    "--git-dir=.git",
    "--no-optional-locks",
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
)
_ENVIRONMENT: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}
_COMMIT: Final = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_REF: Final = re.compile(r"(?!-)[^\x00-\x20\x7f]{1,250}")
_OBJECT: Final = re.compile(rb"[0-9a-f]+ ([a-z]+) ([0-9]+)\n")
_ENTRY: Final = re.compile(rb"([0-7]{6}) [a-z]+ ([0-9a-f]+) +([0-9]+|-)\t(.+)", re.DOTALL)
_SHA1: Final = 40
_FILTERED: Final = re.compile(rb"extensions\.|remote\.")
_PARTIAL: Final = r"^(extensions\.partialclone|remote\..*\.(promisor|partialclonefilter))$"
_KINDS: Final = {b"120000": "a symbolic link", b"160000": "a submodule"}


class GitError(Exception):
    """A commit cannot be read; the text says why and what to do."""


class Entry(NamedTuple):
    """A file of a commit; ``special`` says what it is instead, empty if it is a plain one. ``size`` is in bytes.

    ``id`` is the name of its content in the repository.
    """

    path: str
    size: int
    special: str = ""
    id: str = ""


class Repository(NamedTuple):
    """A repository: the git that reads it, its folder, and where in it the root lies."""

    program: str
    top: Path
    below: str

    def within(self, path: str) -> str:
        """Return a path from the repository's folder."""
        inner = normpath(f"{self.below}/{path}")
        if "\n" in inner or inner.startswith("../"):
            raise GitError("a path that leads out of the repository, or holds a line break, cannot be read from git")
        return inner

    def run(
        self, arguments: tuple[str, ...], given: bytes = b"", seconds: float | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git on ``arguments`` with ``given`` as its input, for at most ``seconds`` (20 unless given).

        Raises:
            GitError: It did not end in time, gave more than 512 MiB, or cannot be started.

        """
        try:
            with subprocess.Popen(  # noqa: S603 - an absolute path and fixed arguments, no shell
                (self.program, *_OPTIONS, *arguments),
                cwd=self.top,
                env=_ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            ) as process:
                output = _exchanged(process, given, SECONDS if seconds is None else seconds)
                return subprocess.CompletedProcess(arguments, process.wait(), output)
        except OSError:
            raise GitError("git was found but cannot be started; try git --version by hand") from None


def _exchanged(process: subprocess.Popen[bytes], given: bytes, seconds: float) -> bytes:
    """Give a process its input and return what it puts out; it is ended once that takes too long or becomes too much."""
    late = Event()

    def end() -> None:
        late.set()
        _end(process)

    timer, feeder = Timer(seconds, end), Thread(target=_feed, args=(process, given), daemon=True)
    timer.start()
    feeder.start()
    try:
        output = process.stdout.read(MOST + 1) if process.stdout else b""
        if len(output) <= MOST:
            process.wait()
    finally:
        timer.cancel()
        _end(process)
        feeder.join()
    if late.is_set():
        raise GitError("git did not end in time; try git status by hand")
    if len(output) > MOST:
        raise GitError(f"git gave more than {MOST:,} bytes, which no folder of settings needs")
    return output


def _feed(process: subprocess.Popen[bytes], given: bytes) -> None:
    with suppress(OSError, ValueError):  # it may end without reading all of it
        if process.stdin:
            with process.stdin:
                process.stdin.write(given)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and what it started; where there are no groups of processes, it alone."""
    if process.poll() is None:
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()


def repository(root: Path, *, search: str) -> Repository:
    """Return the repository that holds ``root``; ``search`` is a PATH on which git is looked for.

    Raises:
        GitError: There is no git, or no repository.

    """
    real = root.resolve()
    program = _program(real, search)
    top = next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), None)
    if top is None:
        raise GitError(f"{root} is not in a git repository, so there is no earlier state to read")
    return Repository(program, top, real.relative_to(top).as_posix())


def resolve(root: Path, ref: str, *, search: str) -> str:
    """Return the full hash of the commit that ``ref`` names: what is read by it twice is the same twice.

    Raises:
        GitError: As :func:`read`.

    """
    return _commit(repository(root, search=search), ref)


def merge_base(root: Path, one: str, other: str, *, search: str) -> str:
    """Return the full hash of the best common ancestor of two commits: where a branch left the other.

    Raises:
        GitError: As :func:`read`, or the two have nothing in common, as far as their history is here.

    """
    here = repository(root, search=search)
    found = here.run(("merge-base", *(_commit(here, ref) for ref in (one, other))))
    if found.returncode or not _COMMIT.fullmatch(found.stdout.strip()):
        raise GitError(
            f"{shown(one)} and {shown(other)} have no common ancestor, or their history is here only in part; "
            "fetch it first (git fetch --unshallow; in CI a checkout of the whole history: fetch-depth 0)"
        )
    return found.stdout.strip().decode()


def listing(root: Path, ref: str, paths: Sequence[str], *, search: str) -> list[Entry]:
    """Return the files that ``paths``, files or folders below ``root``, are or hold in the commit ``ref``, sorted.

    They stand on git's command line, so they are few: of many files, list the folder and pick from that. Links and
    submodules are listed as what they are, and not followed.
    Parameters are those of :func:`read`.

    Raises:
        GitError: There is no git, no repository or no such commit, or a part of it is missing.

    """
    here = repository(root, search=search)
    commit = _commit(here, ref)
    within = [here.within(path) for path in paths]
    answer = here.run(("ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *within))
    found = [_ENTRY.fullmatch(line) for line in answer.stdout.split(b"\0")[:-1]]
    if answer.returncode or not all(found):
        raise unsound(here, f"the files of {shown(ref)}")
    outer = len(here.within("x")) - 1
    entries = [
        Entry(
            os.fsdecode(match[4])[outer:],
            0 if match[3] == b"-" else int(match[3]),
            _KINDS.get(match[1], ""),
            match[2].decode(),
        )
        for match in filter(None, found)
    ]
    return sorted(entries)


def read(root: Path, ref: str, paths: Sequence[str], *, search: str, most: int = SIZE) -> dict[str, bytes]:
    """Return the content of ``paths`` as they stand in the commit that ``ref`` names; what is not there is left out.

    ``root`` is a folder of a repository, and ``paths`` are relative to it. ``search`` is a PATH on which git is looked
    for; what lies in ``root`` is passed over. Nothing is fetched, and nothing that the repository names is started.
    ``most`` is the size of the largest file in bytes, 1 MiB unless given.

    Raises:
        GitError: There is no git, no repository or no such commit, or a file is too large.

    """
    here = repository(root, search=search)
    commit = _commit(here, ref)
    asked = "".join(f"{commit}:{here.within(path)}\n" for path in paths)
    answer = here.run(("cat-file", "--batch"), os.fsencode(asked))
    if answer.returncode:
        raise unsound(here, f"the files of {shown(ref)}")
    return _contents(answer.stdout, paths, most)


def read_new(
    root: Path, ref: str, entries: Sequence[Entry], known: Mapping[str, bytes], *, search: str
) -> dict[str, bytes]:
    """Return the content of entries of the commit ``ref``; of those that are ``known`` by path only what is not the same.

    Parameters and errors are otherwise those of :func:`read`.
    """
    same = {each.path for each in entries if each.path in known and _blob(known[each.path], each.id) == each.id}
    new = [each.path for each in entries if each.path not in same]
    return {path: known[path] for path in same} | (read(root, ref, new, search=search) if new else {})


def read_blobs(repository: Repository, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """Return contents by the full hash of a commit and a path from the repository's folder; absent ones are left out.

    Raises:
        GitError: Git cannot read the commits, a file is over 1 MiB, or one is absent from a clone made with a filter.

    """
    lines = [f"{commit}:{path}" for commit, path in wanted]
    answer = repository.run(("cat-file", "--batch"), os.fsencode("".join(f"{line}\n" for line in lines)))
    if answer.returncode:
        raise unsound(repository, "the files of the authority")
    contents = _contents(answer.stdout, lines, SIZE)
    if len(contents) < len(set(lines)) and is_partial(repository):
        raise unsound(repository, "the files of the authority")
    return {pair: contents[line] for pair, line in zip(wanted, lines, strict=True) if line in contents}


def list_existing(repository: Repository, wanted: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those pairs of a commit and a path from the repository's folder that exist, whatever lies there."""
    lines = "".join(f"{commit}:{path}\n" for commit, path in wanted)
    answers = repository.run(("cat-file", "--batch-check"), os.fsencode(lines)).stdout.split(b"\n")
    return [pair for pair, answer in zip(wanted, answers, strict=False) if not answer.endswith(b" missing")]


def _blob(content: bytes, like: str) -> str:
    """Return the name that git gives a content: SHA-1, or SHA-256 in a repository where names are that long."""
    return new_hash("sha1" if len(like) == _SHA1 else "sha256", b"blob %d\0" % len(content) + content).hexdigest()


def _commit(here: Repository, ref: str) -> str:
    """Return the full hash of the commit that ``ref`` names."""
    if not _REF.fullmatch(ref):
        raise GitError(f'"{shown(ref)}" cannot name a commit; write a branch, a tag or a hash, such as origin/main')
    found = here.run(("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"))
    commit = found.stdout.strip()
    if found.returncode or not _COMMIT.fullmatch(commit):
        raise GitError(
            f"the commit {shown(ref)} is not in this repository, or only a part of its history is here; "
            "fetch it first (git fetch origin; in CI a checkout of the whole history: fetch-depth: 0)"
        )
    return commit.decode()


def unsound(here: Repository, what: str) -> GitError:
    """Return the error that git cannot read ``what``: a clone made with a filter lacks it, or something is broken."""
    if is_partial(here):
        return GitError(
            f"this clone was made with a filter and lacks a part of {what}; get it first: git fetch --refetch --no-filter"
        )
    return GitError(f"git cannot read {what}; git fsck tells whether the repository is sound")


def is_partial(here: Repository) -> bool:
    """Return whether the clone was made with a filter, so that contents may be missing though nothing is broken."""
    return _FILTERED.match(here.run(("config", "--get-regexp", _PARTIAL)).stdout) is not None


def _contents(answer: bytes, paths: Sequence[str], most: int) -> dict[str, bytes]:
    """Take the answers of ``git cat-file --batch`` apart: a line, and behind that of an object its bytes."""
    contents = {}
    start = 0
    for path in paths:
        match = _OBJECT.match(answer, start)
        if match is None:
            start = answer.find(b"\n", start) + 1 or len(answer)
            continue
        kind, size = match[1], int(match[2])
        start = match.end() + size + 1
        if kind == b"blob":
            if size > most:
                raise GitError(f"{shown(path)} has more than {most:,} bytes there, which no file of settings needs")
            contents[path] = answer[match.end() : start - 1]
    return contents


def _program(real: Path, search: str) -> str:
    root = str(real)
    program = find_program("git", search_path(search, root), root)
    if program is None:
        raise GitError(
            "git was not found on PATH (outside the repository and temporary folders), and an earlier state of the files "
            "can be read only with it"
        )
    return program
