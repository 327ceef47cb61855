"""A line that shows on a terminal how far a run is, and leaves nothing behind."""

import sys
from typing import TYPE_CHECKING, Final, Self

from oauthgit.cli.context import Context
from oauthgit.model.formats.sanitize import printable

if TYPE_CHECKING:
    from oauthgit.probe import Progress

_WIDTH: Final = 28


class Line:
    """The progress line; it is shown only where standard error is a terminal and silence was not asked for."""

    def __init__(self, context: Context) -> None:
        self._shown = sys.stderr.isatty() and not context.common.quiet

    def show(self, progress: "Progress") -> None:
        """Draw the line anew."""
        if self._shown:
            filled = _WIDTH * progress.done // max(progress.total, 1)
            bar = "#" * filled + "-" * (_WIDTH - filled)
            host, seconds = progress.slowest_host, progress.slowest_seconds
            slowest = f"slowest: {printable(host)} {seconds:.1f} s" if host else ""
            failed = f"{progress.failed} failed  " if progress.failed else ""
            sys.stderr.write(f"\r\x1b[K  [{bar}] {progress.done}/{progress.total}  {failed}{slowest}")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
