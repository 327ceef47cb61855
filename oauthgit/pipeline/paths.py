"""Convert PATH arguments to paths of the workspace."""

import os.path
from collections.abc import Iterable
from typing import TYPE_CHECKING

from oauthgit.discover import find_repository, find_root
from oauthgit.model.errors import UsageError
from oauthgit.model.git_index import may_leave_files_out
from oauthgit.model.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from pathlib import Path


def find_workspace(start: "str | Path", selection: Selection = EVERYTHING) -> tuple[str, Selection]:
    """Return the folder with ``configs/`` at or above ``start``, and the selection.

    The paths of the returned selection are relative to that folder.

    Raises:
        UsageError: There is no ``configs/`` folder, or a path does not exist or is outside of it.

    """
    root = find_root(start)
    if root is None:
        top = find_repository(os.path.abspath(start))  # noqa: PTH100 - pathlib is not loaded for that
        if top is not None and may_leave_files_out(top):
            raise UsageError(
                "configs/ was not found here or in any folder above, and this checkout is sparse, so it may be left out; restore "
                "it first: git sparse-checkout disable, or in cone mode git sparse-checkout add configs"
            )
        raise UsageError(
            "configs/ was not found here or in any folder above; run oauthgit in the folder that contains it, name that "
            "folder with -C, or create it with oauthgit init"
        )
    return root, selection._replace(paths=tuple(relative(path, root) for path in selection.paths))


def relative(path: "str | Path", root: "str | Path") -> str:
    """Return a path relative to the workspace; raise as :func:`find_workspace` does."""
    from oauthgit.model.formats.local_path import is_inside, relative_path

    absolute = os.path.abspath(path)  # noqa: PTH100 - links are checked as links, so they are not resolved
    if not os.path.lexists(absolute):
        raise UsageError(f"{path} does not exist; name a file or a folder below {root}/configs")
    if not is_inside(absolute, str(root)):
        raise UsageError(f"{path} is outside {root}, where configs/ was found; name its folder with -C")
    return relative_path(absolute, str(root))


def is_below(file: str, chosen: Iterable[str]) -> bool:
    """Return True if a file is one of the ``chosen`` paths or inside one of them."""
    return any(path in {".", file} or file.startswith(path + "/") for path in chosen)
