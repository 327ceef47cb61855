"""Read every version of the files in configs/ from the history of a repository."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from oauthgit.discover.git import SIZE, Repository
from oauthgit.discover.layout import CONFIGS
from oauthgit.model.formats.local_path import decode_path

COMMITS: Final = 100_000
CHANGES: Final = 500_000
TOTAL: Final = 256 * 1024 * 1024
SECONDS: Final = 120.0

_AT_ONCE: Final = 500
_BYTES_AT_ONCE: Final = 16 * 1024 * 1024
_LOOKED_AT: Final = re.compile(r"(?i)\.(?:ya?ml|json)(?![a-z0-9])[^/]*$")
_SUBMODULE: Final = b"160000"
_COMMIT: Final = re.compile(rb"([0-9]+) ([0-9a-f]{40}|[0-9a-f]{64})")
_SIZE: Final = re.compile(rb"([0-9a-f]+) blob ([0-9]+)")
_OBJECT: Final = re.compile(rb"([0-9a-f]+) blob ([0-9]+)\n")


class Change(NamedTuple):
    """Represent a change to a file: commit, time, path, and the hash of the content.

    The time is that of the commit in seconds since 1970.
    """

    commit: str
    time: int
    path: str
    content: str


class History(NamedTuple):
    """Hold the changes in a history, the latest first.

    ``gaps`` are the reasons why some of them are missing.
    """

    changes: tuple[Change, ...]
    gaps: tuple[str, ...]


def changes(here: Repository, refs: Sequence[str] = ("--branches", "--tags", "--remotes")) -> History:
    """Return each change to a YAML or JSON file below configs in the history.

    These are the commits reachable from HEAD and from ``refs``, by default local branches, tags and branches of remotes. A
    merge is included if it differs from all of its parents, and so is a copy such as ``x.yaml.bak``. Only git itself is
    started; it neither checks out nor fetches. Paths are relative to the root.

    Raises:
        GitError: There is no git or no repository, or it cannot be read.

    """
    gaps = []
    if _is_cut_off(here, "rev-parse", "--is-shallow-repository").strip() == b"true":
        gaps.append(
            "this clone is shallow: fetch the whole history first (git fetch --unshallow; in CI fetch-depth: 0)"
        )
    heads = ("HEAD",) if here.find_commit("HEAD") else ()
    listed = _is_cut_off(
        here,
        *("rev-list", f"--max-count={COMMITS + 1}", "--timestamp", "--full-history"),
        *(*refs, *heads, "--", here.within(CONFIGS)),
    ).split(b"\n")[:-1]
    commits = [_COMMIT.fullmatch(line) for line in listed]
    if not all(commits):
        raise here.explain_failure("all commits of the history")
    if len(commits) > COMMITS:
        gaps.append(f"more than {COMMITS:,} commits change {CONFIGS}, and only the latest were read")
    times = {match[2].decode(): int(match[1]) for match in filter(None, commits[:COMMITS])}
    found: list[Change] = []
    submodules: set[str] = set()
    names = list(times)
    for start in range(0, len(names), _AT_ONCE):
        found += islice(_changes(here, names[start : start + _AT_ONCE], times, submodules), CHANGES + 1 - len(found))
        if len(found) > CHANGES:
            gaps.append(f"there are more than {CHANGES:,} changes to {CONFIGS}, and only the latest were read")
            break
    if submodules:
        gaps.append(
            f"the histories of submodules below {CONFIGS} are not here ({len(submodules):,}): run oauthgit validate "
            "--history in those repositories"
        )
    return History(tuple(found[:CHANGES]), tuple(gaps))


def contents(here: Repository, hashes: Sequence[str], gaps: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield contents by their hashes, and add reasons for missing ones to ``gaps``.

    They are too large, missing in the clone, or beyond the total limit.

    Raises:
        GitError: As :func:`changes`.

    """
    listed = _is_cut_off(here, "cat-file", "--batch-check", given=hashes).split(b"\n")[:-1]
    sizes = [_SIZE.fullmatch(line) for line in listed]
    known = [(match[1].decode(), int(match[2])) for match in filter(None, sizes)]
    small = [(name, size) for name, size in known if size <= SIZE]
    if missing := len(hashes) - len(known):
        why = str(here.explain_failure(f"{missing:,} versions of files")) if here.is_partial else ""
        gaps.append(why or f"{missing:,} versions of files are not in this clone: check it with git fsck")
    if large := len(known) - len(small):
        gaps.append(f"{large:,} versions of files have more than {SIZE:,} bytes, and were not read")
    batch: list[str] = []
    total, waiting = 0, 0
    for number, (name, size) in enumerate(small):
        total += size
        if total > TOTAL:
            left = len(small) - number
            gaps.append(f"files had more than {TOTAL:,} bytes together, and {left:,} versions were not read")
            break
        batch.append(name)
        waiting += size
        if waiting >= _BYTES_AT_ONCE:
            yield from _contents(here, batch)
            batch, waiting = [], 0
    yield from _contents(here, batch)


def _changes(here: Repository, commits: Sequence[str], times: dict[str, int], submodules: set[str]) -> Iterator[Change]:
    """Yield the changes in ``commits``.

    The output of git diff-tree has the hash of each commit, then pairs of a change and a path.
    """
    within = here.within(CONFIGS)
    outer = len(within) - len(CONFIGS)
    answer = _is_cut_off(
        here,
        *("diff-tree", "--stdin", "--root", "-r", "-c", "-z", "--raw", "--no-abbrev", "--no-renames", "--", within),
        given=commits,
    )
    parts = iter(answer.split(b"\0")[:-1])
    commit = ""
    for part in parts:
        if not part.startswith(b":"):
            commit = part.decode(errors="replace")
            continue
        path = decode_path(next(parts, b""))[outer:]
        parents = len(part) - len(part.lstrip(b":"))
        fields = part.lstrip(b":").split(b" ")
        if commit not in times or len(fields) != 2 * parents + 3:
            raise here.explain_failure("all changes of the history")
        if fields[parents] == _SUBMODULE:
            submodules.add(path)
        if fields[parents].startswith(b"100") and _LOOKED_AT.search(path):
            yield Change(commit, times[commit], path, fields[2 * parents + 1].decode())


def _contents(here: Repository, hashes: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    answer = _is_cut_off(here, "cat-file", "--batch", given=hashes)
    start = 0
    while start < len(answer):
        match = _OBJECT.match(answer, start)
        if match is None:
            raise here.explain_failure("all contents of the history")
        start = match.end() + int(match[2]) + 1
        yield match[1].decode(), answer[match.end() : start - 1]


def _is_cut_off(here: Repository, *arguments: str, given: Sequence[str] = ()) -> bytes:
    answer = here.run(arguments, "".join(f"{each}\n" for each in given).encode(), SECONDS)
    if answer.returncode:
        raise here.explain_failure("all of the history")
    return answer.stdout
