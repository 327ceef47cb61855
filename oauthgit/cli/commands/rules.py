"""Print the rules: ``oauthgit rules``."""

import argparse
from typing import NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import show
from oauthgit.pipeline import UnusableError
from oauthgit.reference.rules import listing, page


class Options(NamedTuple):
    """The rule to document."""

    code: str | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("code", metavar="CODE", nargs="?", type=str.upper, help="the code of a rule, such as OG301")


def run(options: Options, context: Context) -> Exit:
    """Print the documentation of one rule, or the list of all."""
    try:
        show(context, listing() if options.code is None else page(options.code))
    except KeyError:
        raise UnusableError(f"there is no rule {options.code}; oauthgit rules lists them") from None
    return Exit.FINE
