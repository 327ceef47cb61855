"""Run a command; only this package reads the environment and writes output."""

import io
import os
import sys

TYPE_CHECKING = False  # as in typing, which is not imported: that takes half as long as the start of Python
if TYPE_CHECKING:
    from typing import NoReturn

    from oauthgit.cli.context import Call, Context
    from oauthgit.discover.git import Repository


def entry() -> "NoReturn":
    """Run the program and end the process with its exit code."""
    import gc

    gc.disable()  # most runs are too short for it; commands that run for longer enable it again
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # consoles cannot show every character, and patches keep their line breaks
            stream.reconfigure(errors="backslashreplace", newline="\n")
    code = main(sys.argv[1:])
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # the reader is gone, or its disk is full: that was reported on writing
            continue
    os._exit(code)  # skip the teardown of modules, which takes a third as long as the start of Python


def main(argv: list[str]) -> int:
    """Run one command and return its exit code; print no values in tracebacks."""
    from oauthgit.cli.fast_path import parse_plain

    plain = parse_plain(argv)
    if plain is None:
        from oauthgit.cli.arguments import parse_arguments

        call = parse_arguments(argv)
    try:
        if plain is not None:
            if plain.print_cached():
                return 0
            call = plain.load()
        return int(_run(call))
    except KeyboardInterrupt:
        from oauthgit.cli.exit_codes import Exit

        print("oauthgit: interrupted", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        from oauthgit.cli.exit_codes import Exit

        sys.stdout = None  # the reader is gone, so a flush would fail
        return Exit.BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the last resort
        return _report_bug(error)


def _run(call: "Call") -> int:
    """Run the command in the folder that -C names, and return its exit code."""
    from oauthgit.cli.exit_codes import Exit
    from oauthgit.pipeline import UsageError

    try:
        if call.common.directory is not None:
            os.chdir(call.common.directory)
        return int(call.run(call.options, _make_context(call, dict(os.environ))))
    except BrokenPipeError:
        raise
    except (UsageError, OSError) as error:
        print(f"oauthgit: {_format_error(error)} (exit {Exit.USAGE:d})", file=sys.stderr)
        return Exit.USAGE


def _make_context(call: "Call", environment: dict[str, str]) -> "Context":
    """Return the context of a call in the current folder."""
    from functools import cache

    from oauthgit.cli.ci import detect_here
    from oauthgit.cli.context import Context

    @cache
    def open_repository(root: str) -> "Repository":
        from pathlib import Path

        from oauthgit.discover.git import Repository

        return Repository(Path(root), environment.get("PATH", ""))

    ci = detect_here(environment)
    return Context(call.command, call.common, environment, ci, open_repository, call.run_cache)


def _format_error(error: Exception) -> str:
    from oauthgit.model.formats.sanitize import defuse, escape

    if isinstance(error, OSError) and error.filename is not None:
        return defuse(escape(f"{error.filename}: {error.strerror}"))
    return defuse(escape(str(error)))


def _report_bug(error: Exception) -> int:
    """Print the lines of code of an error, and return the exit code.

    The text of the error is left out, because it may contain a secret.
    """
    import traceback

    from oauthgit.cli.exit_codes import Exit

    print(
        f"oauthgit: a bug in oauthgit: {type(error).__name__} (exit {Exit.BUG:d}); please report these lines:",
        file=sys.stderr,
    )
    for frame in traceback.extract_tb(error.__traceback__):
        print(f"  {frame.filename}:{frame.lineno} in {frame.name}", file=sys.stderr)
    return Exit.BUG
