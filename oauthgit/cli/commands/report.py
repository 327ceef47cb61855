"""Merge the reports of a CI matrix: ``oauthgit report``."""

import argparse
from typing import NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit, choose_smoke_exit, is_failing
from oauthgit.cli.output import check_formats, note, write
from oauthgit.model.report import Report
from oauthgit.pipeline import UsageError
from oauthgit.pipeline.operations.merge_reports import merge_reports


class Options(NamedTuple):
    """Hold the reports to merge."""

    merge: list[str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "--merge",
        metavar="PART",
        nargs="+",
        required=True,
        help="Merge these JSON reports of validate or smoke, written with --output json=FILE.",
    )


def run(options: Options, context: Context) -> Exit:
    """Merge the parts, print one report, and exit as a single run would."""
    check_formats(context, frozenset({"findings", "verdicts"}))
    if context.common.select or context.common.ignore:
        raise UsageError("report merges complete reports; give --select and --ignore to the runs that write them")
    report = merge_reports(options.merge)
    write(context, report)
    code = _choose_exit(report, context.common.fail_on)
    if code is Exit.NOTHING_CHECKED:
        note(context, "nothing was checked in any of the parts (exit 3)", always=True)
    return code


def _choose_exit(report: Report, fail_on: str) -> Exit:
    if report.verdicts is not None:
        return choose_smoke_exit(report.verdicts, report.findings, fail_on)
    if is_failing(report.findings, fail_on):
        return Exit.FINDINGS
    return Exit.FINE if report.summary.layers or report.findings else Exit.NOTHING_CHECKED
