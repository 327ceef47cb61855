"""Prompt on the terminal, even if input and output are redirected."""

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from oauthgit.model.formats.sanitize import escape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

DEVICES = ("CONIN$", "CONOUT$") if os.name == "nt" else ("/dev/tty", "/dev/tty")
"""The devices for input and output."""


def has_terminal() -> bool:
    """Return True if there is a controlling terminal, or a console on Windows."""
    with suppress(OSError), _open() as (reader, _):
        return reader is not None
    return False


def confirm(text: str, question: str) -> bool:
    """Print ``text`` on the terminal; return True if the answer is yes.

    Return False without a terminal.
    """
    with suppress(OSError, EOFError), _open() as (reader, writer):
        for line in text.splitlines():
            writer.write(f"{escape(line)}\n")
        writer.write(f"{escape(question)} [y/N] ")
        writer.flush()
        return reader.readline().strip().lower() in {"y", "yes"}
    return False


def prompt_for_text(question: str) -> str:
    """Print a question on the terminal; return the line that is typed.

    Return an empty text without a terminal.
    """
    with suppress(OSError, EOFError), _open() as (reader, writer):
        writer.write(f"{escape(question)} ")
        writer.flush()
        return reader.readline().strip()
    return ""


def show(text: str) -> bool:
    """Write a line to the terminal, not to the output; return False without one."""
    with suppress(OSError), _open() as (_, writer):
        writer.write(f"{text}\n")
        writer.flush()
        return True
    return False


@contextmanager
def _open() -> "Iterator[tuple[TextIO, TextIO]]":
    source, sink = DEVICES
    coding = "utf-8" if os.name == "nt" else "locale"  # Windows converts UTF-8 for each console
    with (
        open(source, encoding=coding, errors="replace") as reader,  # noqa: PTH123 - devices are no paths on Windows
        open(sink, "w", encoding=coding, errors="backslashreplace") as writer,  # noqa: PTH123 - as above
    ):
        yield reader, writer
