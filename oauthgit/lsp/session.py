"""Hold the unsaved texts of an editor, and check the projects that they belong to."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.discover import find_repository, find_root, place_file
from oauthgit.discover.layout import CONFIGS, WORKFLOWS, is_sops_rules
from oauthgit.lsp.view import View
from oauthgit.model.errors import UsageError
from oauthgit.model.formats.local_path import is_inside, relative_path
from oauthgit.model.workspace import File
from oauthgit.pipeline.check import check, discover_whole
from oauthgit.pipeline.engine.recent import Recent


class Inputs(NamedTuple):
    """Hold what a check depends on, as it was when it began."""

    root: str
    overlays: Mapping[str, bytes]
    state: int


class Session:
    """Hold texts by absolute path, and the last view of each project.

    ``roots`` are the folders with ``configs``, in the order in which they were found. ``state`` grows with each change.
    Methods but :meth:`check` must be called from one thread; only one :meth:`check` may run at a time.
    """

    def __init__(self, search: str) -> None:
        """Begin without texts; ``search`` is the PATH for git."""
        self.roots: list[str] = []
        self.state = 0
        self._search = search
        self._texts: dict[str, bytes] = {}
        self._recent: dict[str, Recent] = {}
        self._views: dict[str, View] = {}

    def add_folder(self, folder: str) -> str | None:
        """Return the root of the project that a folder is in, and keep it in mind."""
        root = find_root(folder)
        if root is not None and root not in self.roots:
            self.roots.append(root)
        return root

    def edit(self, path: str, text: str | None) -> None:
        """Set the text of a file; None means that the one on disk applies."""
        self.state += 1
        if text is None:
            self._texts.pop(path, None)
        else:
            self._texts[path] = text.encode("utf-8", "surrogatepass")

    def touch(self) -> None:
        """Make the views outdated, because something on disk changed."""
        self.state += 1

    def roots_of(self, path: str) -> list[str]:
        """Return the roots of the projects that read a file."""
        self.add_folder(os.path.dirname(path))  # noqa: PTH120 - paths are text, as editors send them
        return [root for root in self.roots if _place(path, root) is not None]

    def inputs(self, root: str) -> Inputs:
        """Return the current inputs of a check."""
        places = ((_place(path, root), text) for path, text in self._texts.items())
        return Inputs(root, {place: text for place, text in places if place is not None}, self.state)

    def place_of(self, path: str, root: str) -> str:
        """Return the path of a file as its project has it."""
        return _place(path, root) or ""

    def file_of(self, path: str, root: str) -> File | None:
        """Return an open file with its unsaved text, or None."""
        place, text = _place(path, root), self._texts.get(path)
        file = None if place is None or text is None else place_file(root, place, text)
        return file if isinstance(file, File) else None

    def find_view(self, root: str) -> View | None:
        """Return the view of a project if nothing has changed since it was checked."""
        view = self._views.get(root)
        return view if view is not None and view.state == self.state else None

    def last_view(self, root: str) -> View | None:
        """Return the last view of a project, which may be outdated."""
        return self._views.get(root)

    def check(self, inputs: Inputs) -> View:
        """Check a project, and return the view of it.

        Raises:
            UsageError: There is no folder ``configs`` any more, or a sparse checkout leaves files out.

        """
        if find_root(inputs.root) != inputs.root:
            raise UsageError(f"{inputs.root} has no folder {CONFIGS} any more")
        workspace, unread = discover_whole(inputs.root, self._search, inputs.overlays)
        recent = self._recent.setdefault(inputs.root, Recent())
        before = self._views.get(inputs.root)
        known = before.readings if before else {}
        view = View(check(workspace, unread, cache=recent), unread, recent, known, inputs.state)
        self._views[inputs.root] = view
        return view

    def forget(self, root: str) -> None:
        """Drop a project that cannot be checked, until a file of it is opened."""
        self.roots = [each for each in self.roots if each != root]
        self._views.pop(root, None)
        self._recent.pop(root, None)


def _place(path: str, root: str) -> str | None:
    """Return the path of a file from a root, or None if its project does not read it."""
    place = relative_path(path, root)
    if is_sops_rules(place):
        return place if is_inside(path, find_repository(root) or root) else None
    return place if place.startswith((f"{CONFIGS}/", f"{WORKFLOWS}/")) else None
