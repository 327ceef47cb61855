"""Find the working tree around a folder: the boundary of the files of a change."""

from pathlib import Path


def checkout_of(folder: str) -> str:
    """Return the top of the working tree around ``folder``, with links resolved.

    Without a repository, ``folder`` itself is returned. A ``.git`` that is a file belongs to a submodule or a
    worktree: the tree around it counts too.
    """
    real = Path(folder).resolve()
    top = real
    for each in (real, *real.parents):
        if (each / ".git").exists():
            top = each
            if (each / ".git").is_dir():
                break
    return str(top)
