"""Make a page of a project, and join other reports: ``oauthgit report``."""

import argparse
from typing import Final, NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit, choose_exit, choose_smoke_exit, is_failing
from oauthgit.cli.output import check_formats, note, write
from oauthgit.cli.page import complete_with
from oauthgit.discover import find_root
from oauthgit.model.report import Report
from oauthgit.pipeline import Project, UsageError, load, report_of
from oauthgit.pipeline.operations.baseline import apply_baseline
from oauthgit.pipeline.operations.merge_reports import merge_reports

PAGE: Final = "oauthgit.html"
"""The file of the page, unless a format or an output is requested."""


class Options(NamedTuple):
    """Hold the reports to join, and the known findings."""

    merge: list[str]
    baseline: str | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "--merge",
        metavar="PART",
        nargs="+",
        default=[],
        help="Join these JSON reports of validate or smoke, written with --output json=FILE. They are the whole report, "
        "unless html is requested inside a project: the page shows the project and the parts.",
    )
    parser.add_argument(
        "--baseline", metavar="FILE", help="Suppress the findings of this project that are in FILE, as validate does."
    )


def run(options: Options, context: Context) -> Exit:
    """Check the project or join the parts, and exit as a single run would."""
    common = context.common
    is_page = not (options.merge or common.format or common.output)
    if is_page:
        context = context._replace(common=common._replace(output=[("html", PAGE)]))
    check_formats(context, frozenset({"findings", "verdicts"}))
    if options.merge and (common.select or common.ignore):
        raise UsageError("parts are complete reports; give --select and --ignore to the runs that write them")
    with_project = is_page or "html" in {common.format, *(name for name, _ in common.output)}
    alone = options.merge and not (with_project and find_root("."))
    project = None if alone else _check(options, context)
    own = report_of(project) if project else None
    report = own if own and not options.merge else merge_reports(options.merge, own)
    write(context, report, complete=complete_with(context, project) if project else None)
    if is_page:
        note(context, f"{PAGE} was written; open it in a browser")
    return _choose_exit(report, project, context)


def _check(options: Options, context: Context) -> Project:
    project = load(".", context.selection, search=context.search_path)
    if options.baseline and project.policy_is_valid:
        return apply_baseline(project, options.baseline, with_history=False).project
    return project


def _choose_exit(report: Report, project: Project | None, context: Context) -> Exit:
    if project and (report.verdicts is None or not project.policy_is_valid):
        return choose_exit(context, project, report.findings)
    if report.verdicts is not None:
        code = choose_smoke_exit(report.verdicts, report.findings, context.common.fail_on)
    elif is_failing(report.findings, context.common.fail_on):
        code = Exit.FINDINGS
    else:
        code = Exit.FINE if report.summary.layers or report.findings else Exit.NOTHING_CHECKED
    if code is Exit.NOTHING_CHECKED:
        note(context, "nothing was checked in any of the parts (exit 3)", always=True)
    return code
