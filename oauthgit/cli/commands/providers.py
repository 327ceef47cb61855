"""``oauthgit providers``: the catalogue."""

import argparse

from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import show
from oauthgit.pipeline import UnusableError
from oauthgit.reference.providers import listing, page


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("id", metavar="ID", nargs="?", help="the id of a provider, such as exact_online")


def run(options: argparse.Namespace) -> Exit:
    """Print what is known of one provider, or the list of all."""
    if options.id is None:
        show(options, listing())
        return Exit.FINE
    try:
        show(options, page(options.id))
    except KeyError:
        raise UnusableError(f"the catalogue has no {options.id}; oauthgit providers lists it") from None
    return Exit.FINE
