"""Which sops program is started: never one that the scanned tree could have brought along."""

import os
import shutil
import sys
from pathlib import Path


def search_path(path: str, root: str) -> str:
    """Return ``path`` without relative folders and those inside ``root``, and behind them the folder of this Python.

    ``root`` is the scanned tree. A virtual environment inside it stays when it is the one that runs this program:
    whoever controls that controls this program already.
    """
    folders = [*path.split(os.pathsep), str(Path(sys.executable).parent)]
    return os.pathsep.join(folder for folder in folders if Path(folder).is_absolute() and _trusted(folder, root))


def find(path: str, root: str) -> str | None:
    """Return the absolute path of ``sops`` in a :func:`search_path`; a link into ``root`` is passed over."""
    found = (shutil.which("sops", path=folder) for folder in path.split(os.pathsep))
    return next((program for program in found if program and _trusted(program, root)), None)


def _trusted(path: str, root: str) -> bool:
    return not _inside(path, root) or _inside(path, sys.prefix)


def _inside(path: str, folder: str) -> bool:
    real = os.path.realpath(folder)
    return os.path.commonpath((os.path.realpath(path), real)) == real
