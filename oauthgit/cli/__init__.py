"""The command line: one module a command; the only place that reads the environment and writes output."""

import argparse
import os
import sys
from typing import NoReturn

from oauthgit.cli.exits import Exit


def entry() -> NoReturn:
    """Run the program and end the process with its exit code."""
    sys.exit(main(sys.argv[1:]))


def main(argv: list[str]) -> int:
    """Run one command and return its exit code; nothing that goes wrong becomes a traceback with values in it."""
    from oauthgit.cli.options import parse_arguments

    options = parse_arguments(argv)
    try:
        return int(_run(options))
    except KeyboardInterrupt:
        print("oauthgit: interrupted", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None  # whoever read it is gone; nothing is left to be flushed
        return Exit.BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the last resort
        _tell_bug(error)
        return Exit.BUG


def _run(options: argparse.Namespace) -> int:
    from oauthgit.pipeline import UnusableError

    try:
        if options.directory is not None:
            os.chdir(options.directory)
        return int(options.run(options))
    except (UnusableError, OSError) as error:
        print(f"oauthgit: {_words(error)} (exit {Exit.USAGE:d})", file=sys.stderr)
        return Exit.USAGE


def _words(error: Exception) -> str:
    from oauthgit.model.display import printable, unheard

    if isinstance(error, OSError) and error.filename is not None:
        return unheard(printable(f"{error.filename}: {error.strerror}"))
    return unheard(printable(str(error)))


def _tell_bug(error: Exception) -> None:
    """Say where it broke, but not with what: the text of an unforeseen error may hold a secret."""
    import traceback

    print(
        f"oauthgit: a bug in oauthgit: {type(error).__name__} (exit {Exit.BUG:d}); please report these lines:",
        file=sys.stderr,
    )
    for frame in traceback.extract_tb(error.__traceback__):
        print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
