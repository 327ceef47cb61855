"""Files put where there are none: each as a whole or not at all, never in the place of another, never through a link."""

import os
import stat
import tempfile
from pathlib import Path


def obstacle(root: Path, path: str) -> str:
    """Return what stands in the way of a file ``path`` below ``root``, empty if nothing does or if the file is there."""
    *folders, name = path.split("/")
    place = root
    for folder in folders:
        place /= folder
        mode = _mode(place)
        if mode is None:
            return ""
        if not stat.S_ISDIR(mode):
            return f"{place.relative_to(root)} is {_what(mode)}, not a folder"
    mode = _mode(place / name)
    return "" if mode is None or stat.S_ISREG(mode) else f"{path} is {_what(mode)}, not a file"


def create(root: Path, path: str, content: str) -> bool:
    """Write a new file ``path`` below ``root``, with the folders that it needs; return False where it is there by now.

    Raises:
        OSError: The disk is full, or a folder cannot be written to. There is no file then.

    """
    *folders, name = path.split("/")
    folder = root
    for each in folders:
        folder /= each
        folder.mkdir(exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content.encode())
            stream.flush()
            os.fsync(descriptor)
        Path(temporary).chmod(0o644)
        return _named(temporary, folder / name)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _named(temporary: str, path: Path) -> bool:
    """Give a file its name, unless another has it: a link is refused where a rename would replace."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        # Some file systems know no hard links. Between the question and the rename nobody is expected.
        if os.path.lexists(path):
            return False
        Path(temporary).rename(path)
    return True


def _mode(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return None


def _what(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a file" if stat.S_ISREG(mode) else "a FIFO, a device or a socket"
