"""Find the programs that are started, never one that a stranger could have put there.

A change brings files into the repository, and everybody writes to folders of temporary files. So neither these nor the
current folder give ``git``, ``sops`` or what sops starts, whatever ``PATH`` holds.
"""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable
from typing import Final

from oauthgit.model.checkout import checkout_of, is_inside

_SHARED: Final = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - named to be avoided
"""Folders that everybody on the machine writes to, whatever ``TMPDIR`` is."""


def search_path(path: str, root: str) -> str:
    """Return the folders of ``path`` that programs may be started from, and behind them the folder of this Python.

    Left out are relative and empty entries, the repository that holds ``root``, folders of temporary files and the current
    folder. The folder of this Python stays wherever it lies: whoever controls that controls this program already.
    """
    places = _untrusted_places(root)
    folders = dict.fromkeys((*path.split(os.pathsep), _own_folder()))
    return os.pathsep.join(folder for folder in folders if os.path.isabs(folder) and _is_trusted(folder, places))  # noqa: PTH117 - texts


def find_program(name: str, path: str, root: str) -> str | None:
    """Return the absolute path of a program in a :func:`search_path`; links into places left out there are passed over."""
    places = _untrusted_places(root)
    found = (shutil.which(name, path=folder) for folder in path.split(os.pathsep) if folder)
    return next((program for program in found if program and _is_trusted(_real_folder(program), places)), None)


def writable_by_all(path: str) -> list[str]:
    """Return the folders of a :func:`search_path` that everybody on the machine may write to."""
    return [folder for folder in path.split(os.pathsep) if _mode(folder) & stat.S_IWOTH]


def _mode(folder: str) -> int:
    try:
        return os.stat(folder).st_mode  # noqa: PTH116 - texts
    except OSError:
        return 0


def temporary_folders() -> tuple[str, ...]:
    """Return the folders of temporary files: ``TMPDIR`` and its like, and those of everybody."""
    try:
        return (tempfile.gettempdir(), *_SHARED)
    except OSError:  # none can be written to
        return _SHARED


def _untrusted_places(root: str) -> tuple[str, ...]:
    return tuple(map(os.path.realpath, (checkout_of(root), *temporary_folders())))


def _is_trusted(folder: str, places: Iterable[str]) -> bool:
    """Return whether a folder lies in none of ``places``, neither as it is written nor behind its links."""
    real = os.path.realpath(folder)
    if sys.executable and is_inside(real, os.path.realpath(_own_folder())):
        return True
    ways = {os.path.abspath(folder), real}  # noqa: PTH100 - as it is written, links kept
    return os.path.realpath(os.curdir) not in ways and not any(
        is_inside(way, place) for way in ways for place in places
    )


def _real_folder(program: str) -> str:
    return os.path.dirname(os.path.realpath(program))  # noqa: PTH120 - texts


def _own_folder() -> str:
    return os.path.dirname(sys.executable)  # noqa: PTH120 - its links are not followed: a virtual environment has some
