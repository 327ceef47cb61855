"""Hold the unsaved texts of an editor, and check the projects that they belong to."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from oauthgit.discover import find_repository, find_root, place_file
from oauthgit.discover.layout import CONFIGS, SIZE, WORKFLOWS, is_sops_rules
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
    """Hold open folders and texts by absolute path, and the last view of each project.

    ``roots`` are the folders with ``configs`` that they are in. ``state`` grows with each change of a project. Methods but
    :meth:`check` must be called from one thread; only one :meth:`check` may run at a time.
    """

    def __init__(self, search: str) -> None:
        """Begin without texts; ``search`` is the PATH for git."""
        self.roots: list[str] = []
        self.state = 0
        self._search = search
        self._folders: list[str] = []
        self._texts: dict[str, str] = {}
        self._recent: dict[str, Recent] = {}
        self._views: dict[str, View] = {}

    def add_folder(self, folder: str) -> str | None:
        """Keep a folder in mind, and return the root of the project that it is in."""
        self._folders.append(folder)
        self._find_projects()
        return find_root(folder)

    def remove_folder(self, folder: str) -> None:
        """Forget a folder; its project stays while one of its files is open."""
        self._folders = [each for each in self._folders if each != folder]
        self._find_projects()

    def edit(self, path: str, text: str | None) -> None:
        """Set the text of an open file; None means that it was closed."""
        is_known = path in self._texts
        before = self.roots_of(path)
        if text is None:
            self._texts.pop(path, None)
        else:
            self._texts[path] = text
        if is_known == (text is None):
            self._find_projects()
        if before or self.roots_of(path):
            self.state += 1

    def touch(self) -> None:
        """Make the views outdated, and find projects anew: something on disk changed."""
        self.state += 1
        self._find_projects()

    def _find_projects(self) -> None:
        folders = (*self._folders, *map(os.path.dirname, self._texts))
        self.roots = [root for root in dict.fromkeys(map(find_root, dict.fromkeys(folders))) if root is not None]
        for root in [root for root in {**self._views, **self._recent} if root not in self.roots]:
            self._drop(root)

    def roots_of(self, path: str) -> list[str]:
        """Return the roots of the projects that read a file."""
        return [root for root in self.roots if _place(path, root) is not None]

    def inputs(self, root: str) -> Inputs:
        """Return the current inputs of a check."""
        places = ((_place(path, root), text) for path, text in self._texts.items())
        return Inputs(root, {place: _encode(text) for place, text in places if place is not None}, self.state)

    def place_of(self, path: str, root: str) -> str:
        """Return the path of a file as its project has it."""
        return _place(path, root) or ""

    def file_of(self, path: str, root: str) -> File | None:
        """Return an open file with its unsaved text, or None if it is too large."""
        place, text = _place(path, root), self._texts.get(path)
        if place is None or text is None or len(text) > SIZE:
            return None
        file = place_file(root, place, _encode(text))
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
        """Drop what is known of a project that cannot be checked."""
        self._drop(root)
        self._find_projects()

    def _drop(self, root: str) -> None:
        self._views.pop(root, None)
        self._recent.pop(root, None)


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _place(path: str, root: str) -> str | None:
    """Return the path of a file from a root, or None if its project does not read it."""
    place = relative_path(path, root)
    if is_sops_rules(place):
        return place if is_inside(path, find_repository(root) or root) else None
    return place if place.startswith((f"{CONFIGS}/", f"{WORKFLOWS}/")) else None
