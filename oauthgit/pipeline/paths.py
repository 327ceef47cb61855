"""Turn PATH arguments into paths of the workspace."""

import os.path
from collections.abc import Iterable
from typing import TYPE_CHECKING

from oauthgit.discover import find_root
from oauthgit.model.errors import UnusableError
from oauthgit.model.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from pathlib import Path


def find_workspace(start: "str | Path", selection: Selection = EVERYTHING) -> tuple[str, Selection]:
    """Return the folder that holds ``configs/``, at or above ``start``, and the selection with paths relative to it.

    Raises:
        UnusableError: There is no ``configs/`` folder, or a path does not exist or lies outside of it.

    """
    root = find_root(start)
    if root is None:
        raise UnusableError(
            "configs/ not found here or in any folder above; run it where it is, name it with -C, or make it with "
            "oauthgit init"
        )
    return root, selection._replace(paths=tuple(relative(path, root) for path in selection.paths))


def relative(path: "str | Path", root: "str | Path") -> str:
    """Return a path as the workspace names it; raises as :func:`find_workspace` does."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - a link is judged as a link, so nothing is resolved
    if not os.path.lexists(absolute):
        raise UnusableError(f"{path} does not exist; name a file or a folder below {root}/configs")
    relative = os.path.relpath(absolute, root)
    if relative.startswith(os.pardir):
        raise UnusableError(f"{path} lies outside {root}, where configs/ was found; name it with -C")
    return relative.replace(os.sep, "/")


def is_below(file: str, chosen: Iterable[str]) -> bool:
    """Report whether a file is one of the ``chosen`` paths or lies in one of them."""
    return any(path in {".", file} or file.startswith(path + "/") for path in chosen)
