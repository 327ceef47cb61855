"""Look for what stands in the way of a new file."""

import stat
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
