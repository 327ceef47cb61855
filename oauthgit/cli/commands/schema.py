"""``oauthgit schema``: the JSON Schemas that are shipped."""

import argparse

from oauthgit.cli.exit_codes import Exit
from oauthgit.cli.output import show
from oauthgit.model.schema import NAMES, schema, schema_text


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "kind", metavar="KIND", nargs="?", choices=NAMES, help="the kind of document: " + ", ".join(NAMES)
    )


def run(options: argparse.Namespace) -> Exit:
    """Print one schema, or what there is."""
    if options.kind:
        show(options, schema_text(options.kind))
    else:
        show(options, "\n".join(f"{name:22} {schema(name)['description']}" for name in NAMES))
    return Exit.FINE
