"""Start programs with limits of time and output, and end them and their children.

Pipes are read and written by threads, because some systems cannot select them.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from errno import EIO
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Final, NamedTuple, TypeVar

T = TypeVar("T")

PIPE: Final = subprocess.PIPE
NOWHERE: Final = subprocess.DEVNULL
_SYSTEM: Final = ("SYSTEMROOT", "WINDIR", "SYSTEMDRIVE") if os.name == "nt" else ()
"""Variables without which programs of Windows open no socket and load no library."""
_CHUNK: Final = 64 << 10
_DEATH: Final = 2.0
"""Seconds to wait for the end of a killed process."""
_SLICE: Final = 0.2
"""Seconds of one wait for output."""
_SILENCE: Final = 0.5
"""Seconds to wait for the end of its pipes, which a child may keep open."""


class Command(NamedTuple):
    """Describe a program to start: its words, its folder and all of its variables.

    All users of the machine can read ``words``. ``inherited`` are descriptors, on systems that have them.
    """

    words: Sequence[str]
    folder: str
    environment: Mapping[str, str]
    inherited: Sequence[int] = ()


class Answer(NamedTuple):
    """Hold the exit code and the output of a program."""

    code: int
    stdout: bytes
    stderr: bytes


class TooSlowError(Exception):
    """Report that a program did not end in time."""


class TooMuchError(Exception):
    """Report that a program printed more than it may."""


def start(command: Command, *, stdout: int = PIPE, stderr: int = NOWHERE) -> subprocess.Popen[bytes]:
    """Start a program with a pipe as its standard input.

    Keys of the terminal, such as Ctrl-C, do not reach it.

    Raises:
        OSError: The program cannot be started.

    """
    own_session = hasattr(os, "killpg")
    try:
        return subprocess.Popen(  # noqa: S603 - an absolute path and no shell
            command.words,
            stdin=PIPE,
            stdout=stdout,
            stderr=stderr,
            cwd=command.folder,
            env=_system_variables() | dict(command.environment),
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            start_new_session=own_session,
            pass_fds=command.inherited,
        )
    except ValueError:  # a NUL in a word or a variable
        raise OSError from None


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its children.

    Windows asks the children to end. Systems without process groups leave them.
    """
    if process.returncode is not None:
        return
    if hasattr(os, "killpg"):
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        return
    if hasattr(signal, "CTRL_BREAK_EVENT"):
        with suppress(OSError):
            process.send_signal(signal.CTRL_BREAK_EVENT)
    with suppress(OSError):
        process.kill()


def run(command: Command, *, given: bytes = b"", seconds: float, most: Sequence[int] = ()) -> Answer:
    """Run a program on ``given`` for at most ``seconds``, and return its answer.

    ``most`` are the sizes that its standard output and standard error may have. An output without a size is discarded
    and not waited for, so a child of the program may go on.

    Raises:
        OSError: The program cannot be started, or its output cannot be read.
        TooSlowError: It did not end in time, or a child of it kept a pipe open. It was killed, and its children too unless
            they have a session of their own.
        TooMuchError: It printed more than it may, and was killed.

    """
    outputs = [PIPE] * len(most) + [NOWHERE] * (2 - len(most))
    process = start(command, stdout=outputs[0], stderr=outputs[1])
    deadline = time.monotonic() + seconds
    feeder = Thread(target=feed, args=(process.stdin, given), daemon=True)
    ends: SimpleQueue[int | None] = SimpleQueue()
    contents = [bytearray() for _ in most]
    streams = [stream for stream in (process.stdout, process.stderr) if stream]
    readers = [
        Thread(target=_read, args=(stream, limit, content, ends), daemon=True)
        for stream, limit, content in zip(streams, most, contents, strict=True)
    ]
    threads = [feeder, *readers]
    try:
        for thread in threads:
            thread.start()
        for _ in most:
            excess = take(ends, deadline)
            if excess is None:
                raise OSError(EIO, os.strerror(EIO))
            if excess:
                raise TooMuchError
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except (Empty, subprocess.TimeoutExpired):
        raise TooSlowError from None
    finally:
        _end(process, threads)
    return Answer(code, *(bytes(content) for content in contents), *(b"",) * (2 - len(most)))


def take(queue: "SimpleQueue[T]", deadline: float) -> T:
    """Return the next item; raise Empty after ``deadline``.

    Windows delivers Ctrl-C only between two waits, so each is short.
    """
    while True:
        left = max(0.0, deadline - time.monotonic())
        try:
            return queue.get(timeout=min(left, _SLICE))
        except Empty:
            if left <= _SLICE:
                raise


def feed(stream: IO[bytes] | None, given: bytes) -> None:
    """Write the input of a program, and close it; the program may end before."""
    if stream:
        with suppress(OSError, ValueError), stream:
            stream.write(given)


def _read(stream: IO[bytes], limit: int, content: bytearray, ends: "SimpleQueue[int | None]") -> None:
    """Read a pipe to its end or past ``limit``, and report the excess.

    After an error it is None.
    """
    excess = None
    try:
        with suppress(OSError, ValueError), stream:
            while len(content) <= limit and (chunk := os.read(stream.fileno(), _CHUNK)):
                content += chunk
            excess = max(0, len(content) - limit)
    finally:
        ends.put(excess)


def wait(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Return the exit code of a process, or None if it goes on after ``seconds``."""
    with suppress(subprocess.TimeoutExpired):
        return process.wait(seconds)
    return None


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that was not waited for, and wait for its end for a short time."""
    kill(process)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_DEATH)


def _end(process: subprocess.Popen[bytes], threads: Sequence[Thread]) -> None:
    """End a process; leave a thread behind at a pipe that a child keeps open."""
    end(process)
    until = time.monotonic() + _SILENCE
    for thread in threads:
        if thread.ident:
            thread.join(max(0.0, until - time.monotonic()))


def _system_variables() -> dict[str, str]:
    return {name: os.environ[name] for name in _SYSTEM if name in os.environ}  # noqa: TID251 - facts of the system
