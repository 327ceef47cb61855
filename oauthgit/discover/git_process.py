"""Run git with limits, and without the programs that a repository could start."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from subprocess import Popen, TimeoutExpired
from threading import Thread
from typing import IO, Final, NamedTuple
from weakref import finalize

from oauthgit import child_process
from oauthgit.child_process import Command, TooMuchError, TooSlowError, end, kill, take
from oauthgit.model.formats.local_path import encode_path

SECONDS: Final = 20.0
MAX_BYTES: Final = 512 * 1024 * 1024
_NOTHING: Final = "/dev/null"
"""An empty file; git knows this name on every system."""
_KILLED: Final = 2.0
"""Seconds to wait for the end of the output of a killed process."""

# A repository's own configuration may name programs. The commands used here start no hooks, filters or pagers; these
# options prevent the rest, and GIT_ALLOW_PROTOCOL prevents that a partial clone fetches missing objects. The repository is
# named explicitly, because git would treat a folder of the tree with HEAD, refs and objects as a bare repository.
_OPTIONS: Final = (
    "--git-dir=.git",
    "--no-optional-locks",
    "--no-pager",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={_NOTHING}"),
)
_ENVIRONMENT: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": _NOTHING,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_GRAFT_FILE": _NOTHING,
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}
_HEADER: Final = re.compile(rb"([0-9a-f]+) ([a-z]+) ([0-9]{1,18})\n")


class GitError(Exception):
    """Report that a commit cannot be read; the text contains the reason and a remedy."""


class GitAnswer(NamedTuple):
    """Hold the exit code and the standard output of git."""

    returncode: int
    stdout: bytes


class GitObject(NamedTuple):
    """Hold an object and the header from git; ``kind`` is empty if it is missing."""

    header: bytes
    name: str = ""
    kind: str = ""
    content: bytes = b""


def run_git(
    program: str, top: Path, arguments: tuple[str, ...], given: bytes = b"", seconds: float | None = None
) -> GitAnswer:
    """Run git on ``arguments`` with ``given`` as its input, for at most ``seconds``.

    Raises:
        GitError: It did not end in time, returned more than 512 MiB, or cannot be started.

    """
    try:
        answer = child_process.run(
            Command((program, *_OPTIONS, *arguments), str(top), _ENVIRONMENT),
            given=given,
            seconds=SECONDS if seconds is None else seconds,
            most=(MAX_BYTES,),
        )
    except TooSlowError:
        raise _too_slow() from None
    except TooMuchError:
        raise _refuse_more() from None
    except OSError:
        raise _not_started() from None
    return GitAnswer(answer.code, answer.stdout)


class ObjectReader:
    """Represent a process ``git cat-file --batch``.

    It starts with the first reading and ends with this object.
    """

    def __init__(self, program: str, top: Path) -> None:
        self._git: Final = program, top
        self._process: Popen[bytes] | None = None
        self._close: Callable[[], object] = lambda: None

    def read(self, names: Sequence[str]) -> list[GitObject] | None:
        """Return the object with each of ``names``, or None if git fails.

        Raises:
            GitError: It did not answer in time, returned more than 512 MiB, or cannot be started.

        """
        if self._process is None or self._process.poll() is not None:
            self._close()
            self._process = _start_reader(*self._git)
            self._close = finalize(self, _end, self._process)
        process = self._process
        try:
            found = _exchange(process, encode_path("".join(f"{name}\n" for name in names)), len(names))
        except BaseException:
            self._close()
            self._process = None
            raise
        return None if process.returncode else found + [GitObject(b"")] * (len(names) - len(found))


def _start_reader(program: str, top: Path) -> Popen[bytes]:
    try:
        return child_process.start(Command((program, *_OPTIONS, "cat-file", "--batch"), str(top), _ENVIRONMENT))
    except OSError:
        raise _not_started() from None


def _exchange(process: Popen[bytes], given: bytes, count: int) -> list[GitObject]:
    """Write the names of objects while the objects are read; kill git on any error."""
    answers: SimpleQueue[list[GitObject] | GitError] = SimpleQueue()
    feeder = Thread(target=_write, args=(process.stdin, given), daemon=True)
    reader = Thread(target=_read, args=(process, count, answers), daemon=True)
    feeder.start()
    reader.start()
    try:
        found = _take(answers)
        if len(found) < count:
            process.wait(SECONDS)  # it has ended its output
    except (Empty, TimeoutExpired):
        kill(process)
        raise _too_slow() from None
    except BaseException:
        kill(process)
        raise
    finally:
        feeder.join(_KILLED)
        reader.join(_KILLED)
        # Where a child of git keeps a pipe open, closing it would wait.
        process.stdin = None if feeder.is_alive() else process.stdin
        process.stdout = None if reader.is_alive() else process.stdout
    return found


def _take(answers: "SimpleQueue[list[GitObject] | GitError]") -> list[GitObject]:
    found = take(answers, time.monotonic() + SECONDS)
    if isinstance(found, GitError):
        raise found
    return found


def _write(stream: IO[bytes] | None, given: bytes) -> None:
    with suppress(OSError, ValueError):  # git may end before it has read all input
        if stream:
            stream.write(given)
            stream.flush()


def _read(process: Popen[bytes], count: int, answers: "SimpleQueue[list[GitObject] | GitError]") -> None:
    stream = process.stdout
    try:
        answers.put([*_read_objects(stream, count)] if stream else [])
    except GitError as error:
        answers.put(error)
    except (OSError, ValueError):
        answers.put([])
    if stream and process.stdout is None:
        stream.close()


def _read_objects(stream: IO[bytes], count: int) -> Iterator[GitObject]:
    left = MAX_BYTES
    for _ in range(count):
        header = stream.readline(left + 1)
        match = _HEADER.fullmatch(header)
        size = int(match[3]) + 1 if match else 0  # a line break follows
        left -= len(header) + size
        if left < 0:
            raise _refuse_more()
        content = stream.read(size) if size else b""
        if not header.endswith(b"\n") or len(content) < size:
            return
        yield GitObject(header, match[1].decode(), match[2].decode(), content[:-1]) if match else GitObject(header)


def _refuse_more() -> GitError:
    return GitError(f"git returned more than {MAX_BYTES:,} bytes, which no folder of settings needs")


def _too_slow() -> GitError:
    return GitError("git did not end in time; try git status by hand")


def _not_started() -> GitError:
    return GitError("git was found but cannot be started; try git --version by hand")


def _end(process: Popen[bytes]) -> None:
    """End a process that still runs, and close its pipes."""
    end(process)
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):  # unread input is discarded
            if stream:
                stream.close()
