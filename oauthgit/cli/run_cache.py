"""Read and write one cached run of ``validate``."""

import os
from time import gmtime

from oauthgit import __version__, cache
from oauthgit.snapshot import Snapshot, read_disk, repository_of, root_of

TYPE_CHECKING = False  # as in typing, which is not imported here to save time
if TYPE_CHECKING:
    from oauthgit.pipeline import Project
    from oauthgit.pipeline.engine.layer_cache import LayerCache

_CI = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD")
"""If one of these is set, there is no cache: a run depends on more than its files, and the next one has a new machine."""


class RunCache:
    """Hold the location of one run in the cache: folder, root and key."""

    def __init__(self, folder: str, root: str, snapshot: Snapshot, here: str, paths: list[str]) -> None:
        self.folder = folder
        self.root = root
        self.snapshot = snapshot
        self.tool = cache.program_digest(__version__)
        today = "{}-{}-{}".format(*gmtime()[:3])
        words = (self.tool, snapshot.state, today, here, *paths)
        self.key = cache.digest(*map(os.fsencode, words))

    def get(self) -> str | None:
        """Return the output of the run, with NUL for its seconds, or None."""
        return cache.get(self.folder, self.root, self.key)

    def put(self, project: "Project", text: str) -> None:
        """Store the output of a run.

        It is skipped if a secret is in plain text or a file has changed.
        """
        files = [file.path for file in project.workspace.files]
        if project.is_cacheable and project.workspace.root == self.root and files == list(self.snapshot.contents):
            seconds = f" {project.seconds:.2f} s"
            cache.put(self.folder, self.root, self.key, text.removesuffix("\n").replace(seconds, " \0 s", 1))

    def layers(self) -> "LayerCache":
        """Return the cache of the project's layers."""
        from oauthgit.pipeline.engine.layer_cache import LayerCache

        return LayerCache(self.folder, self.root, self.snapshot, self.tool)


def find_run_cache(paths: list[str], directory: str | None = None) -> RunCache | None:
    """Return the cache of a plain call in ``directory``, or None if there is none.

    There is none on Windows, where Python cannot check whether a folder is private.
    """
    if not hasattr(os, "geteuid"):
        return None
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")  # noqa: PTH111, PTH118 - pathlib is not imported here to save time
    here = os.path.realpath(directory) if directory else os.getcwd()  # noqa: PTH109 - as above
    named = [os.path.abspath(os.path.join(here, path)) for path in paths]  # noqa: PTH100, PTH118 - as above
    root = root_of(named[0] if named else here)
    if root is None or not os.path.isabs(home) or any(os.environ.get(name) for name in _CI):  # noqa: PTH117 - as above
        return None
    if not all(map(os.path.lexists, (here, *named))) or _is_inside(home, repository_of(root)):
        return None
    snapshot = read_disk(root)
    return None if snapshot is None else RunCache(f"{home}/oauthgit", root, snapshot, here, paths)


def _is_inside(folder: str, top: str) -> bool:
    """Return True if a folder is inside another one, with links resolved.

    It prevents a repository from providing its own cache.
    """
    return f"{os.path.realpath(folder)}{os.sep}".startswith(
        f"{os.path.realpath(top)}{os.sep}".replace(os.sep * 2, os.sep)
    )
