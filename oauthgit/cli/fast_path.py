"""The hook's call, ``validate [PATH...]``, told apart without argparse, which takes longer to load than a file to check."""

import sys

TYPE_CHECKING = False  # as typing has it, which is not loaded for that
if TYPE_CHECKING:
    import argparse

_IN_FORCE: dict[str, object] = {
    "command": "validate",
    "directory": None,
    "format": None,
    "output": [],
    "fail_on": "error",
    "select": (),
    "ignore": (),
    "quiet": False,
    "verbose": False,
    "color": "auto",
    "fix": False,
    "unsafe_fixes": False,
    "diff": False,
    "base": None,
    "history": False,
    "shard": None,
    "baseline": None,
    "write_baseline": None,
    "cache": True,
}
"""What argparse would say of a call without options, but for the paths; a test compares the two."""


def plain(argv: list[str]) -> "argparse.Namespace | None":
    """Return the options of a call of ``validate`` that has none but perhaps ``--no-cache``; None for any other call."""
    if not argv or argv[0] != "validate":
        return None
    paths, cache = argv[1:], True
    for end in (0, -1):
        if paths and cache and paths[end] == "--no-cache":
            cache = False
            del paths[end]
    if any(path.startswith("-") or not path for path in paths):
        return None
    return _Options({**_IN_FORCE, "output": [], "paths": paths, "cache": cache})  # type: ignore[return-value]


class _Options:
    """A namespace as argparse makes one; the command is loaded when it is run."""

    plain = True

    def __init__(self, values: dict[str, object]) -> None:
        vars(self).update(values)

    @staticmethod
    def run(options: "argparse.Namespace") -> int:
        """Run the command."""
        from oauthgit.cli.commands import validate

        return validate.run(options)


def is_recalled(options: "argparse.Namespace") -> bool:
    """Tell whether this very run was made before and its files are still the same; then its output is printed."""
    if not getattr(options, "plain", False) or not options.cache:
        return False
    from time import perf_counter

    from oauthgit.cli.run_cache import memory

    began = perf_counter()
    try:
        options.memory = memory(options.paths)
    except OSError:  # whatever it is, the run says so
        return False
    text = options.memory.recalled() if options.memory else None
    if text is None:
        return False
    sys.stdout.write(text.replace("\0", f"{perf_counter() - began:.2f}") + "\n")
    sys.stdout.flush()
    return True
