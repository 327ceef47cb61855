"""Parse the hook's call, ``validate [-C DIR] [PATH...]``, and print cached output.

argparse is not used: its import takes longer than the check of a file.
"""

import sys

TYPE_CHECKING = False  # as in typing, which is not imported here to save time
if TYPE_CHECKING:
    from oauthgit.cli.context import Call
    from oauthgit.cli.run_cache import RunCache


class PlainCall:
    """Represent a call of ``validate`` without options, except ``-C``, ``--no-cache``."""

    def __init__(self, paths: list[str], directory: str | None, *, cache: bool) -> None:
        self._paths = paths
        self._directory = directory
        self._cache = cache
        self._run_cache: RunCache | None = None

    def print_cached(self) -> bool:
        """Print the cached output of this run on the same files; return True if any."""
        if not self._cache:
            return False
        from time import perf_counter

        from oauthgit.cli.run_cache import find_run_cache

        began = perf_counter()
        try:
            self._run_cache = find_run_cache(self._paths, self._directory)
        except OSError:  # the run itself reports it
            return False
        text = self._run_cache.get() if self._run_cache else None
        if text is None:
            return False
        sys.stdout.write(text.replace("\0", f"{perf_counter() - began:.2f}") + "\n")
        sys.stdout.flush()
        return True

    def load(self) -> "Call":
        """Load the command, and return the call as argparse would; a test checks it."""
        from oauthgit.cli.commands.validate import Options, run
        from oauthgit.cli.context import Call, Common

        return Call("validate", run, Options(self._paths, cache=self._cache), Common(self._directory), self._run_cache)


def parse_plain(argv: list[str]) -> PlainCall | None:
    """Return a call of ``validate`` without other options; None for any other call."""
    directory = None
    for start in (0, 1):
        if directory is None and argv[start : start + 1] == ["-C"] and len(argv) > start + 1:
            directory = argv[start + 1]
            argv = argv[:start] + argv[start + 2 :]
    if not argv or argv[0] != "validate" or directory == "" or (directory or "").startswith("-"):
        return None
    paths, cache = argv[1:], True
    for end in (0, -1):
        if paths and cache and paths[end] == "--no-cache":
            cache = False
            del paths[end]
    if any(path.startswith("-") or not path for path in paths):
        return None
    return PlainCall(paths, directory, cache=cache)
