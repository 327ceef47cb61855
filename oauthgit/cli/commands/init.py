"""``oauthgit init``: a folder made ready for OAuth settings."""

import argparse
import os
from pathlib import Path

from oauthgit.cli.exit_codes import Exit, choose_exit
from oauthgit.cli.output import check_formats, show, write
from oauthgit.cli.signals import Interruption
from oauthgit.pipeline import load, report_of
from oauthgit.pipeline.operations.init import scaffold
from oauthgit.report.text.scaffold import next_steps, outcomes


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("folder", metavar="DIR", nargs="?", default=".", help="the folder; made where it is missing")


def run(options: argparse.Namespace) -> Exit:
    """Create what is missing, check what is there, and say what to do next."""
    check_formats(options, frozenset({"findings"}))
    with Interruption() as interruption:
        made = scaffold(Path(options.folder), os.environ, interruption.stop.is_set)
    text = options.format in {None, "text"} and not options.quiet
    if text:
        show(options, f"{outcomes(made)}\n\n")
    if interruption.code is not None:
        return interruption.code
    project = load(made.root)
    write(options, report_of(project))
    code = choose_exit(options, project, project.findings)
    if text and code is Exit.FINE:
        show(options, f"\n{next_steps(made)}")
    return code
