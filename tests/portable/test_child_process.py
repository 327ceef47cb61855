"""Programs have limits on every system: slow and talkative ones, and those whose children keep a pipe open."""

import os
import sys
import time
from queue import Empty, SimpleQueue
from typing import IO, Any

import pytest

from oauthgit import child_process
from oauthgit.child_process import Answer, Command, TooMuchError, TooSlowError, run, start, take
from oauthgit.discover.git_process import _end as end_reader

TIGHT = 1.0
"""Seconds for a program that never ends; Python itself starts in less."""
GENEROUS = 60.0


def python(code: str, **environment: str) -> Command:
    return Command((sys.executable, "-I", "-c", code), os.sep, environment)


def child(code: str, after: str = "") -> str:
    """Return the code of a program that starts a child, which inherits its pipes."""
    return f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-I', '-c', {code!r}])\n{after}"


def test_answer_holds_code_and_both_outputs() -> None:
    code = "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])\nsys.stderr.write('b')\nsys.exit(3)"
    assert run(python(code), given=b"cba", seconds=GENEROUS, most=(3, 1)) == Answer(3, b"abc", b"b")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("size", [100_001, 50_000_000])
def test_more_output_than_allowed_is_an_error(stream: str, size: int) -> None:
    code = f"import sys\nsys.{stream}.buffer.write(bytes({size}))"
    with pytest.raises(TooMuchError):
        run(python(code), seconds=GENEROUS, most=(100_000, 100_000))


@pytest.mark.parametrize(
    "code",
    [
        "import time\ntime.sleep(60)",
        "import os, time\nos.close(1)\nos.close(2)\ntime.sleep(60)",
        "import time\nwhile True: print(flush=True) or time.sleep(0.05)",
        child("import time; time.sleep(8)", "import time\ntime.sleep(60)"),
        child("import time; time.sleep(8)"),
    ],
    ids=["sleeps", "closes its pipes", "prints slowly", "has a child", "leaves a child at the pipe"],
)
def test_slow_program_ends_in_time(code: str) -> None:
    started = time.monotonic()
    with pytest.raises(TooSlowError):
        run(python(code), seconds=TIGHT, most=(100_000, 100_000))
    assert time.monotonic() - started < TIGHT + 5


def test_unread_input_does_not_block() -> None:
    assert run(python("print('x', end='')"), given=b"a" * 5_000_000, seconds=GENEROUS, most=(10,)).stdout == b"x"


def test_discarded_output_is_not_waited_for() -> None:
    """A program for the clipboard leaves a child that holds the text."""
    started = time.monotonic()
    assert run(python(child("import time; time.sleep(8)")), given=b"a", seconds=GENEROUS).code == 0
    assert time.monotonic() - started < 7


@pytest.mark.parametrize("words", [("/nowhere/program",), (sys.executable, "a\0b")])
def test_program_that_cannot_start_is_an_os_error(words: tuple[str, ...]) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - its text differs between systems
        run(Command(words, os.sep, {}), seconds=GENEROUS)


def test_only_given_variables_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "canary")
    answer = run(python("import os\nprint(*os.environ)", ONE="1"), seconds=GENEROUS, most=(10_000,))
    names = set(answer.stdout.decode().upper().split())
    assert "ONE" in names
    assert names <= {"ONE", "LC_CTYPE", "SYSTEMROOT", "WINDIR", "SYSTEMDRIVE"}


def test_output_that_cannot_be_read_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    read = child_process._read  # noqa: SLF001 - a thread of it

    def read_closed(stream: IO[bytes], *given: Any) -> None:
        stream.close()
        read(stream, *given)

    monkeypatch.setattr(child_process, "_read", read_closed)
    started = time.monotonic()
    with pytest.raises(OSError, match=os.strerror(5)):
        run(python("print('x')"), seconds=20, most=(10,))
    assert time.monotonic() - started < 10


def test_output_is_awaited_in_short_waits() -> None:
    """Windows delivers Ctrl-C only between two waits."""
    waits: list[float] = []

    class Queue(SimpleQueue[int]):
        def get(self, block: bool = True, timeout: float | None = None) -> int:  # noqa: FBT001, FBT002 - as the base
            assert block
            assert timeout is not None
            waits.append(timeout)
            return super().get(timeout=0.01)

    with pytest.raises(Empty):
        take(Queue(), time.monotonic() + 0.5)
    assert max(waits) <= 0.2


def test_end_of_a_killed_process_is_awaited_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process in a call of the kernel, such as of a network drive, outlives its killing."""
    process = start(python("import time\ntime.sleep(30)"))
    monkeypatch.setattr(child_process, "kill", lambda _: None)
    started = time.monotonic()
    end_reader(process)
    assert time.monotonic() - started < 8
    process.kill()
    process.wait(20)
