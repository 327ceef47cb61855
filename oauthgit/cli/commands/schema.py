"""Print the JSON Schemas of oauthgit: ``oauthgit schema``."""

import argparse
from typing import NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import print_output
from oauthgit.model.schema import NAMES, schema, schema_text


class Options(NamedTuple):
    """Hold the schema to print."""

    kind: str | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "kind",
        metavar="KIND",
        nargs="?",
        choices=NAMES,
        help=f"Print the schema of {', '.join(NAMES[:-1])} or {NAMES[-1]}.",
    )


def run(options: Options, context: Context) -> Exit:
    """Print one schema, or the list of all."""
    if options.kind:
        print_output(context, schema_text(options.kind))
    else:
        print_output(context, "\n".join(f"{name:22} {schema(name)['description']}" for name in NAMES))
    return Exit.FINE
