"""The hook's call, ``validate [PATH...]``, told apart without argparse, which takes longer to load than a file to check."""

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
        from oauthgit.cli import validate

        return validate.run(options)
