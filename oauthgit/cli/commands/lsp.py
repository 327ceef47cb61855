"""Serve an editor: ``oauthgit lsp``."""

import argparse
import gc
import os
import signal
import sys
from typing import NamedTuple

from oauthgit import __version__
from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.installation import advise_extra
from oauthgit.pipeline import UsageError


class Options(NamedTuple):
    """Hold no options."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "--stdio",
        action="store_true",
        help="Serve on standard input and output, as without it. Some editors add it to every language server.",
    )


def run(_: Options, context: Context) -> Exit:
    """Serve until the editor ends; it shuts the server down before."""
    gc.enable()
    try:
        from oauthgit.lsp.serve import serve
    except ImportError as error:
        raise UsageError(f"the language server needs {error.name}: {advise_extra(__version__, 'lsp')}") from None
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # Python would wait for the next message, and there is nothing to finish
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:  # the server closes it
        was_shut_down = serve(context.search_path, sys.stdin.buffer, answers)
    return Exit.FINE if was_shut_down else Exit.FINDINGS
