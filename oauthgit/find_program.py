"""Find the programs to start, in folders that other people cannot write to.

A change adds files to the repository, and every user can write to folders of temporary files. So ``git``, ``sops`` and
the programs that sops starts are never taken from these or from the current folder, even if ``PATH`` contains them.
"""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable
from typing import Final

from oauthgit.model.checkout import checkout_of
from oauthgit.model.formats.local_path import is_inside

_ON_WINDOWS: Final = os.name == "nt"
_SHARED: Final = (r"C:\Windows\Temp",) if _ON_WINDOWS else ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - listed to be avoided
"""Folders that every user of the machine can write to, independent of ``TMPDIR``."""


def search_path(path: str, root: str) -> str:
    """Return the trusted folders of ``path``, then the folder of this Python.

    Relative and empty entries, the repository that contains ``root``, folders of temporary files and the current folder
    are removed. The folder of this Python is always kept: anyone who controls it already controls this program.
    """
    places = _untrusted_places(root)
    folders = dict.fromkeys((*path.split(os.pathsep), _own_folder()))
    return os.pathsep.join(folder for folder in folders if os.path.isabs(folder) and _is_trusted(folder, places))  # noqa: PTH117 - texts


def find_program(name: str, path: str, root: str) -> str | None:
    """Return the absolute path of a program in a :func:`search_path`, or None.

    Links into untrusted folders are skipped.
    """
    places = _untrusted_places(root)
    find = _find_exe if _ON_WINDOWS else _find_executable
    found = (find(name, folder) for folder in path.split(os.pathsep) if folder)
    return next((program for program in found if program and _is_trusted(_real_folder(program), places)), None)


def _find_executable(name: str, folder: str) -> str | None:
    return shutil.which(name, path=folder)


def _find_exe(name: str, folder: str) -> str | None:
    """Return the path of a program of Windows.

    Scripts such as .bat are left out, because a shell would read their arguments. The current folder is not searched
    first, as ``shutil.which`` does there.
    """
    program = os.path.join(folder, name if name.lower().endswith(".exe") else f"{name}.exe")  # noqa: PTH118 - texts
    return program if os.path.isfile(program) else None  # noqa: PTH113 - texts


def writable_by_all(path: str) -> list[str]:
    """Return the folders of a :func:`search_path` that every user can write to.

    Modes of Windows do not show this, so no folder is returned there.
    """
    if _ON_WINDOWS:
        return []
    return [folder for folder in path.split(os.pathsep) if _mode(folder) & stat.S_IWOTH]


def _mode(folder: str) -> int:
    try:
        return os.stat(folder).st_mode  # noqa: PTH116 - texts
    except OSError:
        return 0


def temporary_folders() -> tuple[str, ...]:
    """Return the folders of temporary files: those of ``TMPDIR`` and the shared ones."""
    try:
        return (tempfile.gettempdir(), *_SHARED)
    except OSError:  # no temporary folder is writable
        return _SHARED


def _untrusted_places(root: str) -> tuple[str, ...]:
    return tuple(map(os.path.realpath, (checkout_of(root), *temporary_folders())))


def _is_trusted(folder: str, places: Iterable[str]) -> bool:
    """Return True if a folder is outside of ``places``, both as written and resolved."""
    real = os.path.realpath(folder)
    if sys.executable and is_inside(real, os.path.realpath(_own_folder())):
        return True
    ways = {os.path.abspath(folder), real}  # noqa: PTH100 - as written, links kept
    return os.path.realpath(os.curdir) not in ways and not any(
        is_inside(way, place) for way in ways for place in places
    )


def _real_folder(program: str) -> str:
    return os.path.dirname(os.path.realpath(program))  # noqa: PTH120 - texts


def _own_folder() -> str:
    return os.path.dirname(sys.executable)  # noqa: PTH120 - links are kept: a virtual environment has some
