"""Print the catalogue: ``oauthgit providers``."""

import argparse
from typing import NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import show
from oauthgit.pipeline import UnusableError
from oauthgit.reference.providers import listing, page


class Options(NamedTuple):
    """The provider to describe."""

    id: str | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("id", metavar="ID", nargs="?", help="the id of a provider, such as exact_online")


def run(options: Options, context: Context) -> Exit:
    """Print what is known of one provider, or the list of all."""
    try:
        show(context, listing() if options.id is None else page(options.id))
    except KeyError:
        raise UnusableError(f"the catalogue has no {options.id}; oauthgit providers lists it") from None
    return Exit.FINE
