"""Set up a folder for OAuth settings: ``oauthgit init``."""

import argparse
from pathlib import Path
from typing import NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit, choose_exit
from oauthgit.cli.output import check_formats, print_output, write
from oauthgit.cli.signals import Interruption
from oauthgit.pipeline import load, report_of
from oauthgit.pipeline.operations.init import scaffold
from oauthgit.report.text.init import next_steps, outcomes


class Options(NamedTuple):
    """Hold the folder to set up."""

    folder: str


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", default=".", help="Set up this folder; create it if needed."
    )


def run(options: Options, context: Context) -> Exit:
    """Create missing files, check the folder, and print the next steps."""
    check_formats(context, frozenset({"findings"}), without=("html",))
    with Interruption() as interruption:
        made = scaffold(Path(options.folder), context.environment, interruption.stop.is_set)
    text = context.common.format in {None, "text"} and not context.common.quiet
    if text:
        print_output(context, f"{outcomes(made)}\n\n")
    if interruption.code is not None:
        return interruption.code
    project = load(made.root, search=context.search_path)
    write(context, report_of(project))
    code = choose_exit(context, project, project.findings)
    if text and code is Exit.FINE:
        print_output(context, f"\n{next_steps(made)}")
    return code
