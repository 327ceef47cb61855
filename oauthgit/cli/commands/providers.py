"""Print the catalogue: ``oauthgit providers``."""

import argparse
from typing import NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import print_output
from oauthgit.discover.catalogue import provider_names
from oauthgit.model.formats.suggest import ask_if_meant, suggest
from oauthgit.pipeline import UsageError
from oauthgit.reference.providers import listing, page


class Options(NamedTuple):
    """Hold the provider to describe."""

    id: str | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("id", metavar="ID", nargs="?", help="Print the provider with this id, such as exact_online.")


def run(options: Options, context: Context) -> Exit:
    """Print the page of one provider, or the list of all."""
    try:
        print_output(context, listing() if options.id is None else page(options.id))
    except KeyError:
        meant = ask_if_meant(suggest(options.id or "", provider_names()))
        raise UsageError(f"the catalogue has no provider {options.id}{meant}; oauthgit providers lists all") from None
    return Exit.FINE
