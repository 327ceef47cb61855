"""Read long lines from the terminal without showing them.

A terminal cuts lines at 4,095 bytes (1,024 on macOS) and shows them; in non-canonical mode it does neither.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from select import select
from typing import Any, Final

from oauthgit.cli.terminal import DEVICES

_ENTER: Final = frozenset("\r\n")
_BACKSPACE: Final = frozenset("\x08\x7f")
_CLEAR: Final = "\x15"
_END: Final = frozenset("\x04\x1a")
_ESCAPE: Final = "\x1b"
_SEQUENCE: Final = frozenset("[O")
"""The characters after the escape of a key such as an arrow, and of the marks around pasted text."""
_CHUNK: Final = 1 << 16
_TICK: Final = 0.05
_MAX_REST_SECONDS: Final = 2.0


class Line:
    """Collect the characters of one line, up to ``most`` and one more."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._text = ""
        self._key = ""

    def add(self, text: str) -> str | None:
        """Return the line once ``text`` completes it; the rest of ``text`` is dropped.

        Raises:
            EOFError: The end of input was typed on an empty line.

        """
        for character in text:
            if self._is_in_key(character):
                continue
            if character in _ENTER:
                line, self._text = self._text, ""
                return line
            if character in _END and not self._text:
                raise EOFError
            self._edit(character)
        return None

    def _is_in_key(self, character: str) -> bool:
        """Return True for a part of an escape sequence (ECMA-48 section 5.4).

        An escape alone clears the line.
        """
        before, self._key = self._key, ""
        if before == _ESCAPE and character not in _SEQUENCE:
            self._text = ""
        if character == _ESCAPE or (before == _ESCAPE and character in _SEQUENCE):
            self._key = character
        elif before == "[" and " " <= character <= "?":
            self._key = before
        return bool(self._key) or (before in _SEQUENCE and "@" <= character <= "~")

    def _edit(self, character: str) -> None:
        if character in _BACKSPACE:
            self._text = self._text[:-1]
        elif character == _CLEAR:
            self._text = ""
        elif len(self._text) <= self._most:
            self._text += character


Read = Callable[[float], str | None]
"""Wait for some seconds; return a line if one was completed."""


@contextmanager
def open_hidden_input(most: int) -> Iterator[Read]:
    """Yield a function that reads lines; restore the terminal at the end.

    Ctrl-C still interrupts. No other key stops the program, because pasted text could contain it, and the shell would run the
    rest.

    Raises:
        OSError: There is no terminal.

    """
    try:
        import termios
    except ImportError:
        yield _read_console(import_module("msvcrt"), Line(most))
        return
    terminal = os.open(DEVICES[0], os.O_RDWR | os.O_NOCTTY)
    try:
        before = termios.tcgetattr(terminal)
        changed = termios.tcgetattr(terminal)
        changed[3] &= ~(termios.ICANON | termios.ECHO)
        changed[6][termios.VMIN], changed[6][termios.VTIME] = 0, 0
        for key in (termios.VSUSP, termios.VQUIT):
            changed[6][key] = bytes([os.fpathconf(terminal, "PC_VDISABLE") & 0xFF])
        try:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, changed)
            yield _read_terminal(terminal, Line(most))
        finally:
            with suppress(OSError):  # the terminal may be gone
                _drop_rest(terminal)
            with suppress(termios.error):
                termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
    finally:
        os.close(terminal)


def _drop_rest(terminal: int) -> None:
    """Read the rest of a paste to its end, because the shell would run it.

    The terminal holds some kilobytes of it at a time.
    """
    end = time.monotonic() + _MAX_REST_SECONDS
    while time.monotonic() < end and select([terminal], [], [], _TICK)[0]:
        if not os.read(terminal, _CHUNK):
            return


def _read_terminal(terminal: int, line: Line) -> Read:
    def read(seconds: float) -> str | None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select([terminal], [], [], left)[0]:
                text = os.read(terminal, _CHUNK)
                if not text:  # the terminal is gone
                    raise EOFError
                found = line.add(text.decode(errors="replace"))
                if found is not None:
                    return found
        return None

    return read


def _read_console(msvcrt: Any, line: Line) -> Read:
    """Return the function for the console of Windows."""

    def read(seconds: float) -> str | None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while msvcrt.kbhit():
                character = msvcrt.getwch()
                if character == "\x03":
                    raise KeyboardInterrupt
                found = line.add(character)
                if found is not None:
                    return found
            time.sleep(_TICK)
        return None

    return read
