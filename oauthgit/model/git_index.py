"""Determine by git's index if a checkout may leave out files."""

import os

_MARKING = 3
"""The first version that can mark a file as left out; git writes version 2 if no file has such a mark (gitformat-index)."""


def may_leave_files_out(top: str) -> bool:
    """Return True if the checkout at ``top`` may leave out files of its index.

    A sparse checkout does, and a file can be marked by hand. A later version may be the user's choice for every index, so it
    counts only beside the patterns of a sparse checkout.
    """
    folder = f"{top}/.git"
    try:
        if os.path.isfile(folder):  # noqa: PTH113 - pathlib is not loaded for that
            with open(folder, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 - as above
                folder = os.path.join(top, file.read().removeprefix("gitdir:").strip())  # noqa: PTH118 - as above
        with open(f"{folder}/index", "rb") as index:  # noqa: PTH123 - as above
            version = int.from_bytes(index.read(8)[4:])
    except OSError:
        return False
    return version == _MARKING or (version > _MARKING and os.path.exists(f"{folder}/info/sparse-checkout"))  # noqa: PTH110 - as above
