"""Print the rules: ``oauthgit rules``."""

import argparse
from typing import NamedTuple

from oauthgit import rules
from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import print_output
from oauthgit.model.formats.suggest import ask_if_meant, suggest
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
        names = {module.rpartition(".")[2].partition("_")[2]: code for code, module in rules.modules().items()}
        meant = ask_if_meant(names[name] for name in suggest(options.code or "", names, by_part=False))
        raise UsageError(f"there is no rule {options.code}{meant}; oauthgit rules lists all") from None
    return Exit.FINE
