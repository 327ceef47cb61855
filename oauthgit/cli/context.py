"""Hold what a command is given: its options, those of every command, and where it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from oauthgit.model.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from oauthgit.cli.run_cache import RunCache
    from oauthgit.discover.git import Repository
    from oauthgit.model.ci_context import CiContext


class Common(NamedTuple):
    """The options that every command has."""

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
    """The circumstances of a run, found out once.

    ``open_repository`` returns the repository of a folder, opened once. ``run_cache`` is that of a run whose outcome may be
    kept.
    """

    command: str
    common: Common
    environment: Mapping[str, str]
    ci: CiContext
    open_repository: Callable[[str], Repository]
    run_cache: RunCache | None = None

    @property
    def search_path(self) -> str:
        """Return the folders in which programs are looked for."""
        return self.environment.get("PATH", "")

    @property
    def selection(self) -> Selection:
        """Return the codes that --select and --ignore select."""
        return Selection(self.common.select, self.common.ignore)


class Call(NamedTuple):
    """A command line: the name and function of its command, and its options."""

    command: str
    run: Callable[[Any, Context], int]
    options: Any
    common: Common
    run_cache: RunCache | None = None
