"""Compare paths of this system, and convert them for git."""

import os
import sys
from typing import Final

_ENCODING: Final = (sys.getfilesystemencoding(), "surrogateescape")


def decode_path(path: bytes) -> str:
    """Return the text of a path in git.

    It may be any bytes, and ``os.fsdecode`` refuses some of them on Windows.
    """
    return path.decode(*_ENCODING)


def encode_path(path: str) -> bytes:
    """Return the bytes of a path; a text without any names nothing in git."""
    try:
        return path.encode(*_ENCODING)
    except UnicodeEncodeError:
        return path.encode("utf-8", "backslashreplace")


def is_inside(path: str, folder: str) -> bool:
    """Return True if one path is the other, or is below it.

    Both are absolute, or relative to the same folder. Windows ignores the case of letters.
    """
    path, folder = os.path.normcase(path), os.path.normcase(folder)
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def relative_path(path: str, folder: str) -> str:
    """Return a path from ``folder`` with slashes; on another drive the path itself."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:
        return path.replace(os.sep, "/")
