"""Files as they stand in a commit: read from git's object store, with all that a repository could start switched off."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from posixpath import normpath
from typing import Final

from oauthgit.model.display import shown

SECONDS: Final = 20.0
SIZE: Final = 1024 * 1024

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
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}
_COMMIT: Final = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_REF: Final = re.compile(r"(?!-)[^\x00-\x20\x7f]{1,250}")
_OBJECT: Final = re.compile(rb"[0-9a-f]+ ([a-z]+) ([0-9]+)\n")


class GitError(Exception):
    """A commit cannot be read; the text says why and what to do."""


def read(root: Path, ref: str, paths: Sequence[str], *, search: str) -> dict[str, bytes]:
    """Return the content of ``paths`` as they stand in the commit that ``ref`` names; what is not there is left out.

    ``root`` is a folder of a repository, and ``paths`` are relative to it. ``search`` is a PATH on which git is looked
    for; what lies in ``root`` is passed over. Nothing is fetched, and nothing that the repository names is started.

    Raises:
        GitError: There is no git, no repository or no such commit, or a file is over 1 MiB.

    """
    real = root.resolve()
    program = _program(real, search)
    if not _REF.fullmatch(ref):
        raise GitError(f'"{shown(ref)}" cannot name a commit; write a branch, a tag or a hash, such as origin/main')
    top = next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), None)
    if top is None:
        raise GitError(f"{root} is not in a git repository, so there is no earlier state to read")
    found = _run(program, top, ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"))
    commit = found.stdout.strip()
    if found.returncode or not _COMMIT.fullmatch(commit):
        raise GitError(
            f"the commit {shown(ref)} is not in this repository, or only a part of its history is here; "
            "fetch it first (git fetch origin; in CI a checkout of the whole history: fetch-depth 0)"
        )
    within = [normpath(f"{real.relative_to(top).as_posix()}/{path}") for path in paths]
    if any("\n" in path or path.startswith("../") for path in within):
        raise GitError("a path that leads out of the repository, or holds a line break, cannot be read from git")
    asked = "".join(f"{commit.decode()}:{path}\n" for path in within)
    answer = _run(program, top, ("cat-file", "--batch"), os.fsencode(asked))
    if answer.returncode:
        raise GitError(f"git cannot read the files of {shown(ref)}; git fsck says whether the repository is sound")
    return _contents(answer.stdout, paths)


def _contents(answer: bytes, paths: Sequence[str]) -> dict[str, bytes]:
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
            if size > SIZE:
                raise GitError(f"{shown(path)} has more than {SIZE:,} bytes there, which no file of settings needs")
            contents[path] = answer[match.end() : start - 1]
    return contents


def _run(program: str, top: Path, arguments: tuple[str, ...], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - an absolute path and fixed arguments, no shell
            (program, *_OPTIONS, *arguments),
            cwd=top,
            env=_ENVIRONMENT,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitError("git did not end in time; try git status by hand") from None
    except OSError:
        raise GitError("git was found but cannot be started; try git --version by hand") from None


def _program(real: Path, search: str) -> str:
    folders = [folder for folder in search.split(os.pathsep) if Path(folder).is_absolute()]
    found = (shutil.which("git", path=folder) for folder in folders)
    program = next((name for name in found if name and not Path(name).resolve().is_relative_to(real)), None)
    if program is None:
        raise GitError("git was not found on PATH, and an earlier state of the files can be read only with it")
    return program
