"""Write several files one after the other, and undo all of them after an error."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from oauthgit.atomic_write import create_file, replace_file

Contents = Mapping[str, tuple[bytes | None, bytes]]
"""The old content of each file, None if it is new, and the new one, by paths below the root."""


def write_one_by_one(root: str, contents: Contents, stopped: Callable[[], bool]) -> str | None:
    """Write files below ``root``, all or none; return the reason for none.

    After an error, or if ``stopped`` returns True, what was written is undone.
    """
    done: list[str] = []
    try:
        for path, (old, new) in contents.items():
            reason = "interrupted before all was written" if stopped() else _write(root, path, old, new)
            if reason:
                _undo(root, done, contents)
                return reason
            done.append(path)
    except BaseException:
        _undo(root, done, contents)
        raise
    return None


def _write(root: str, path: str, old: bytes | None, new: bytes) -> str | None:
    if old is not None:
        return replace_file(root, path, new, replaces=old)
    if create_file(root, path, new):
        return None
    return f"{path} was changed by another program meanwhile, so nothing was written; try again"


def _undo(root: str, done: Sequence[str], contents: Contents) -> None:
    """Restore what was written, except files that another program changed meanwhile."""
    for path in reversed(done):
        old, new = contents[path]
        with suppress(OSError):  # the others are restored all the same
            if old is not None:
                replace_file(root, path, old, replaces=new)
            elif Path(root, path).read_bytes() == new:
                Path(root, path).unlink()
