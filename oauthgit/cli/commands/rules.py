"""Print the rules: ``oauthgit rules``."""

import argparse
from typing import NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import print_output
from oauthgit.pipeline import UsageError
from oauthgit.reference.rules import listing, page


class Options(NamedTuple):
    """Hold the rule to document."""

    code: str | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "code", metavar="CODE", nargs="?", type=str.upper, help="Print the rule with this code, such as OG301."
    )


def run(options: Options, context: Context) -> Exit:
    """Print the documentation of one rule, or the list of all."""
    try:
        print_output(context, listing() if options.code is None else page(options.code))
    except KeyError:
        raise UsageError(f"there is no rule {options.code}; oauthgit rules lists all") from None
    return Exit.FINE
