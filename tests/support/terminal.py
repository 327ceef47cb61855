"""A real terminal for the program, as users have it and CI has not."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

try:
    import fcntl
    import pty
    import termios
except ImportError:  # Windows
    HAS_TERMINALS = False
else:
    HAS_TERMINALS = True


class Terminal(NamedTuple):
    """A pseudo-terminal; ``take`` makes it the controlling one of a process with its own session."""

    master: int
    slave: int
    take: Callable[[], None]

    def type(self, text: str) -> None:
        """Type ``text``, like a user."""
        os.write(self.master, text.encode())


@contextmanager
def open_terminal() -> Iterator[Terminal]:
    """Yield a terminal, given to a process by ``start_new_session`` and ``preexec_fn=terminal.take``."""
    if not HAS_TERMINALS:
        pytest.skip("this system has no pseudo-terminals")
    master, slave = pty.openpty()

    def take() -> None:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    try:
        yield Terminal(master, slave, take)
    finally:
        os.close(slave)
        os.close(master)
