"""Run git with limits, and without the programs that a repository could start."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Final, NamedTuple
from weakref import finalize

SECONDS: Final = 20.0
MAX_BYTES: Final = 512 * 1024 * 1024

# A repository's own configuration may name programs. The commands used here start no hooks, filters or pagers; these
# options prevent the rest, and GIT_ALLOW_PROTOCOL prevents that a partial clone fetches missing objects. The repository is
# named explicitly, because git would treat a folder of the tree with HEAD, refs and objects as a bare repository.
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
_HEADER: Final = re.compile(rb"([0-9a-f]+) ([a-z]+) ([0-9]{1,18})\n")


class GitError(Exception):
    """Report that a commit cannot be read; the text contains the reason and a remedy."""


class GitObject(NamedTuple):
    """Hold an object and the header from git; ``kind`` is empty if it is missing."""

    header: bytes
    name: str = ""
    kind: str = ""
    content: bytes = b""


def run_git(
    program: str, top: Path, arguments: tuple[str, ...], given: bytes = b"", seconds: float | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git on ``arguments`` with ``given`` as its input, for at most ``seconds``.

    Raises:
        GitError: It did not end in time, returned more than 512 MiB, or cannot be started.

    """
    process = _start(program, top, arguments)
    try:
        with _exchange(process, given, SECONDS if seconds is None else seconds, close=True):
            output = process.stdout.read(MAX_BYTES + 1) if process.stdout else b""
            if len(output) > MAX_BYTES:
                raise _refuse_more()
            process.wait()
    finally:
        _end(process)
    return subprocess.CompletedProcess(arguments, process.returncode, output)


class ObjectReader:
    """Represent a process ``git cat-file --batch``.

    It starts with the first reading and ends with this object.
    """

    def __init__(self, program: str, top: Path) -> None:
        self._git: Final = program, top
        self._process: subprocess.Popen[bytes] | None = None
        self._close: Callable[[], object] = lambda: None

    def read(self, names: Sequence[str]) -> list[GitObject] | None:
        """Return the object with each of ``names``, or None if git fails.

        Raises:
            GitError: It did not answer in time, returned more than 512 MiB, or cannot be started.

        """
        if self._process is None or self._process.poll() is not None:
            self._close()
            self._process = _start(*self._git, ("cat-file", "--batch"))
            self._close = finalize(self, _end, self._process)
        process = self._process
        given = os.fsencode("".join(f"{name}\n" for name in names))
        try:
            with _exchange(process, given, SECONDS, close=False):
                found = list(_read_objects(process, len(names)))
                if len(found) < len(names):
                    process.wait()  # it has ended its output
        except BaseException:
            self._close()
            raise
        return None if process.returncode else found + [GitObject(b"")] * (len(names) - len(found))


def _read_objects(process: subprocess.Popen[bytes], count: int) -> Iterator[GitObject]:
    left = MAX_BYTES
    for _ in range(count):
        header = process.stdout.readline(left + 1) if process.stdout else b""
        match = _HEADER.fullmatch(header)
        size = int(match[3]) + 1 if match else 0  # a line break follows
        left -= len(header) + size
        if left < 0:
            raise _refuse_more()
        content = process.stdout.read(size) if process.stdout and size else b""
        if not header.endswith(b"\n") or len(content) < size:
            return
        yield GitObject(header, match[1].decode(), match[2].decode(), content[:-1]) if match else GitObject(header)


def _refuse_more() -> GitError:
    return GitError(f"git returned more than {MAX_BYTES:,} bytes, which no folder of settings needs")


def _start(program: str, top: Path, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start git; all processes of git are started here."""
    try:
        return subprocess.Popen(  # noqa: S603 - an absolute path and fixed arguments, no shell
            (program, *_OPTIONS, *arguments),
            cwd=top,
            env=_ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        raise GitError("git was found but cannot be started; try git --version by hand") from None


@contextmanager
def _exchange(process: subprocess.Popen[bytes], given: bytes, seconds: float, *, close: bool) -> Iterator[None]:
    """Write a process's input while its output is read; kill it after ``seconds``."""
    late = Event()

    def stop() -> None:
        late.set()
        _kill(process)

    timer = Timer(seconds, stop)
    feeder = Thread(target=_feed, args=(process, given), kwargs={"close": close}, daemon=True)
    timer.start()
    feeder.start()
    try:
        yield
    except BaseException:
        _kill(process)
        raise
    finally:
        timer.cancel()
        timer.join()
        feeder.join()
    if late.is_set():
        raise GitError("git did not end in time; try git status by hand")


def _feed(process: subprocess.Popen[bytes], given: bytes, *, close: bool) -> None:
    with suppress(OSError, ValueError):  # it may end before it has read all input
        if process.stdin:
            process.stdin.write(given)
            process.stdin.flush()
    with suppress(OSError, ValueError):
        if process.stdin and close:
            process.stdin.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that still runs, and close its pipes."""
    _kill(process)
    with suppress(OSError), process:  # unread input is discarded
        pass


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its children; on systems without process groups, only itself."""
    if process.poll() is None:
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
