"""Lines that are typed without being shown: long ones, corrected ones, and a terminal that is always restored."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from oauthgit.cli import hidden_input
from oauthgit.cli.hidden_input import Line, open_hidden_input
from support.terminal import Terminal, open_terminal

MOST = 16_384


@pytest.fixture
def tty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    with open_terminal() as terminal:
        monkeypatch.setattr(hidden_input, "DEVICES", (os.ttyname(terminal.slave),) * 2)
        yield terminal


def attributes(terminal: Terminal) -> Any:
    import termios

    return termios.tcgetattr(terminal.slave)


@pytest.mark.posix
def test_line_longer_than_the_terminal_allows_is_read_hidden(tty: Terminal) -> None:
    text = "https://app.example.com/" + "a" * 9_000
    typing = threading.Thread(target=tty.type, args=(f"{text}\n",))
    with open_hidden_input(MOST) as read:
        typing.start()
        assert read(20) == text
        typing.join()
        os.set_blocking(tty.master, False)
        with pytest.raises(BlockingIOError):
            os.read(tty.master, 100)  # nothing was shown


@pytest.mark.posix
def test_no_line_ends_the_wait(tty: Terminal) -> None:
    with open_hidden_input(MOST) as read:
        began = time.monotonic()
        assert read(0.1) is None
        tty.type("half")
        assert read(0.1) is None
        tty.type(" a line\n")
        assert read(5) == "half a line"
    assert time.monotonic() - began < 4


@pytest.mark.posix
@pytest.mark.parametrize("error", [None, KeyboardInterrupt, ValueError])
def test_terminal_is_restored_and_rest_of_a_paste_dropped(tty: Terminal, error: type[BaseException] | None) -> None:
    before = attributes(tty)
    try:
        with open_hidden_input(MOST) as read:
            assert attributes(tty) != before
            tty.type("first\nrm -rf /\n")
            assert read(5) == "first"
            tty.type("more\n")
            if error:
                raise error
    except (KeyboardInterrupt, ValueError):
        assert error
    assert attributes(tty) == before
    os.set_blocking(tty.slave, False)
    with pytest.raises(BlockingIOError):
        os.read(tty.slave, 100)


@pytest.mark.posix
@pytest.mark.parametrize("key", ["\x1a", "\x1c"])
def test_pasted_key_stops_no_program(key: str, tty: Terminal) -> None:
    """A child waits in the terminal: stopped or ended, it would leave it to the shell, without echo."""
    script = (
        "from oauthgit.cli.hidden_input import open_hidden_input\n"
        "with open_hidden_input(100) as read:\n print('ready', flush=True)\n read(20)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=tty.take,  # noqa: PLW1509 - one system call
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        tty.type(f"https://app.example.com/{key}rm -rf /\n")
        assert child.wait(20) == 0


@pytest.mark.posix
def test_long_rest_of_a_paste_is_dropped(tty: Terminal) -> None:
    def paste() -> None:
        rest = b"first\n" + b"x" * 100_000 + b"\nrm -rf /\n"
        while rest:
            rest = rest[os.write(tty.master, rest[:1000]) :]

    typing = threading.Thread(target=paste)
    with open_hidden_input(MOST) as read:
        typing.start()
        assert read(20) == "first"
    typing.join()
    os.set_blocking(tty.slave, False)
    with pytest.raises(BlockingIOError):
        os.read(tty.slave, 100)


def test_terminal_that_is_missing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden_input, "DEVICES", ("/nowhere/tty",) * 2)
    with pytest.raises(OSError, match="nowhere"), open_hidden_input(MOST):
        pass


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("abc\r", "abc"),
        ("abx\x7fc\n", "abc"),
        ("\x08\x08abc\n", "abc"),
        ("wrong\x15abc\n", "abc"),
        ("\x1b[200~abc\x1b[201~\n", "abc"),
        ("ab\x1b[D\x1bOC\x1b[1;5Cc\n", "abc"),
        ("wrong\x1babc\n", "abc"),
        ("wrong\x1b\x1b[200~abc\n", "abc"),
        ("\x1b[\n", ""),
        ("ab\x04c\n", "ab\x04c"),
        ("x" * 200 + "\n", "x" * 101),
        ("abc", None),
        ("\n", ""),
    ],
)
def test_keys_correct_a_line(typed: str, line: str | None) -> None:
    assert Line(100).add(typed) == line


def test_key_that_arrives_in_parts_is_dropped() -> None:
    line = Line(100)
    assert [line.add(each) for each in "\x1b[200~abc\x1b[201~\n"] == [*[None] * 15, "abc"]


@pytest.mark.parametrize("key", ["\x04", "\x1a"])
def test_end_of_input_is_reported(key: str) -> None:
    with pytest.raises(EOFError):
        Line(100).add(key)


def test_console_of_windows_is_read_by_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = list("https://app.example.com/\r" + "x\x03")
    console = SimpleNamespace(kbhit=lambda: bool(keys), getwch=lambda: keys.pop(0))
    monkeypatch.setitem(sys.modules, "termios", None)
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    with open_hidden_input(MOST) as read:
        assert read(5) == "https://app.example.com/"
        with pytest.raises(KeyboardInterrupt):
            read(5)
        assert read(0.1) is None
