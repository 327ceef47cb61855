"""Show changes of effective settings: ``oauthgit diff``."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from oauthgit.cli.arguments import add_repeatable
from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit, choose_exit
from oauthgit.cli.output import check_formats, note, write
from oauthgit.cli.page import complete_with
from oauthgit.cli.platform_tables import add_reading, granted_columns, read_sources
from oauthgit.cli.run_cache import find_run_cache
from oauthgit.discover.git import Commit, Repository
from oauthgit.model.difference import Differences, Status
from oauthgit.model.finding import Finding
from oauthgit.model.report import Report
from oauthgit.pipeline import Project, UsageError, report_of
from oauthgit.pipeline.check import check
from oauthgit.pipeline.findings import grade
from oauthgit.pipeline.operations.diff import CommitRange, ancestor, diff, diff_without_base
from oauthgit.pipeline.operations.report import check_changes
from oauthgit.pipeline.operations.secrets_review import changes
from oauthgit.pipeline.paths import find_workspace

if TYPE_CHECKING:
    from oauthgit.model.platform_row import RowsKind

_BASE: Final = "HEAD"
_SHORT: Final = 12


class Options(NamedTuple):
    """Hold the states to compare."""

    range: str | None
    exit_code: bool
    verify: list[str]
    rows: "RowsKind"
    sheet: str
    columns: list[tuple[str, str]]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "range",
        metavar="BASE[..HEAD]",
        nargs="?",
        help="Compare two commits, or one commit with the working tree. BASE...HEAD starts at the commit where HEAD left "
        "BASE (default: the base of pull requests in GitHub, GitLab and Azure Pipelines, HEAD elsewhere).",
    )
    parser.add_argument("--exit-code", action="store_true", help="Exit 4 if anything differs or cannot be compared.")
    what = "In the checklist, tick off what this table of the platform shows as done; secrets stay open."
    add_repeatable(parser, "--verify", "FILE", what)
    add_reading(parser)


def run(options: Options, context: Context) -> Exit:
    """Show the differences; targets with errors in layers are listed as incomparable."""
    formats = {context.common.format or "text", *(name for name, _ in context.common.output)}
    if options.verify and "checklist" not in formats:
        raise UsageError("--verify ticks off a checklist; add --format checklist")
    if not options.verify and (options.sheet or options.columns or options.rows != "layer"):
        raise UsageError("--rows, --column and --sheet concern tables; add --verify FILE")
    check_formats(context, frozenset({"differences"}))
    repository, head = context.open_repository(find_workspace(".")[0]), None
    named = context.ci.base if options.range is None else None
    try:
        ends = _parse_range(options.range or named or _BASE, repository)
        run_cache = find_run_cache([]) if ends.head is None else None
        found, project = diff(ends, context.selection, run_cache.layers() if run_cache else None)
        head = ends.head
        findings = (*_find_causes(project, found), *grade(changes(project, ends.base), project.selection))
    except UsageError as error:
        if named is None:
            raise
        found, project, findings = diff_without_base(repository, named, error)
    if "json" in formats:
        check_changes(found)
    if options.verify:
        found, about_files = _verify(options, context, found, project)
        findings = (*findings, *about_files)
    report = report_of(project, findings, differences=found)
    write(context, report, complete=_complete(context, project, head))
    code = choose_exit(context, project, findings)  # findings take precedence over differences
    return Exit.DIFFERENT if code is Exit.FINE and options.exit_code and found.any else code


def _verify(
    options: Options, context: Context, found: Differences, project: Project
) -> tuple[Differences, tuple[Finding, ...]]:
    """Return the differences with those marked that tables show, and the findings."""
    from oauthgit.pipeline.operations.drift import read_platform
    from oauthgit.platform import ReadOptions
    from oauthgit.platform.verify import verify

    reading = ReadOptions(options.rows, dict(options.columns), sheet=options.sheet)
    granted = granted_columns(context, project, None, trust_working_tree=False)
    platform = read_platform(project, read_sources(options.verify), (), reading, granted)
    if platform.is_broken:
        text = "rows with errors were left out, so nothing is ticked off that is done if a row is missing; correct the table"
        note(context, text, always=True)
    return verify(found, platform.tables, is_broken=platform.is_broken), grade(
        platform.findings, project.selection, project.policy["rules"]
    )


def _parse_range(text: str, repository: Repository) -> CommitRange:
    for dots in ("...", ".."):
        base, found, head = text.partition(dots)
        if found:
            earlier, later = repository.commit(base or _BASE), repository.commit(head or _BASE)
            if dots == "..":
                return CommitRange(earlier, later)
            left = ancestor(earlier, later)
            name = f"{left[:_SHORT]}, where {later.ref} left {earlier.ref}"
            return CommitRange(repository.commit(left), later, name)
    return CommitRange(repository.commit(text), name=text.removeprefix("refs/remotes/"))


def _complete(context: Context, project: Project, head: Commit | None) -> Callable[[Report], Report]:
    """Return the function that adds the later state to a page.

    A comparison runs no rules, so they run here.
    """

    def complete(report: Report) -> Report:
        checked = project if project.findings else check(project.workspace, selection=project.selection)
        return complete_with(context, checked, head=head)(report)

    return complete


def _find_causes(project: Project, found: Differences) -> tuple[Finding, ...]:
    """Return the findings that make targets of the later state incomparable."""
    unknown = {each.target for each in found.targets if each.status is Status.INCOMPARABLE} & project.blocked.keys()
    read = {file.path for file in project.workspace.files}
    return tuple(
        finding
        for finding in project.findings
        if not unknown.isdisjoint(finding.targets) or finding.location.file not in read
    )
