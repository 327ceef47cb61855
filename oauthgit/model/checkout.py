"""Where the files end that a change brings along: the working tree around a folder."""

from pathlib import Path


def checkout_of(folder: str) -> str:
    """Return the top of the working tree that holds ``folder``, links resolved; without a repository, ``folder``.

    A ``.git`` that is a file belongs to a submodule or a worktree: what surrounds it counts as well.
    """
    real = Path(folder).resolve()
    top = real
    for each in (real, *real.parents):
        if (each / ".git").exists():
            top = each
            if (each / ".git").is_dir():
                break
    return str(top)


def is_inside(path: str, folder: str) -> bool:
    """Compare two absolute paths: is one the other, or below it?"""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
