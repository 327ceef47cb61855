"""Show the progress of a run on a terminal, and erase it at the end."""

import sys
from typing import TYPE_CHECKING, Final, Self

from oauthgit.cli.context import Context
from oauthgit.model.formats.sanitize import escape

if TYPE_CHECKING:
    from oauthgit.probe import Progress

_WIDTH: Final = 28


class Line:
    """Draw the progress line if standard error is a terminal, without --quiet."""

    def __init__(self, context: Context) -> None:
        self._shown = sys.stderr.isatty() and not context.common.quiet

    def show(self, progress: "Progress") -> None:
        """Draw the line again."""
        if self._shown:
            filled = _WIDTH * progress.done // max(progress.total, 1)
            bar = "#" * filled + "-" * (_WIDTH - filled)
            host, seconds = progress.slowest_host, progress.slowest_seconds
            slowest = f"slowest: {escape(host)} {seconds:.1f} s" if host else ""
            failed = f"{progress.failed} failed  " if progress.failed else ""
            sys.stderr.write(f"\r\x1b[K  [{bar}] {progress.done}/{progress.total}  {failed}{slowest}")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
