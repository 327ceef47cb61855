"""Hold the input of a command: its options, common options and context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from oauthgit.model.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from oauthgit.cli.run_cache import RunCache
    from oauthgit.discover.git import Repository
    from oauthgit.model.ci_context import CiContext


class Common(NamedTuple):
    """Hold the options of every command."""

    directory: str | None = None
    format: str | None = None
    output: Sequence[tuple[str, str]] = ()
    fail_on: str = "error"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    quiet: bool = False
    verbose: bool = False
    color: str = "auto"


class Context(NamedTuple):
    """Hold the context of a run, determined once.

    ``open_repository`` returns the repository of a folder; it is opened once. ``run_cache`` is None if the result must not
    be cached.
    """

    command: str
    common: Common
    environment: Mapping[str, str]
    ci: CiContext
    open_repository: Callable[[str], Repository]
    run_cache: RunCache | None = None

    @property
    def search_path(self) -> str:
        """Return the folders that contain programs."""
        return self.environment.get("PATH", "")

    @property
    def selection(self) -> Selection:
        """Return the selection by --select and --ignore."""
        return Selection(self.common.select, self.common.ignore)


class Call(NamedTuple):
    """Hold a parsed command line: name, function and options of its command."""

    command: str
    run: Callable[[Any, Context], int]
    options: Any
    common: Common
    run_cache: RunCache | None = None
