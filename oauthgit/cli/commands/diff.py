"""Show what a change does to what targets run with: ``oauthgit diff``."""

import argparse
from pathlib import Path
from typing import Final, NamedTuple

from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit, choose_exit
from oauthgit.cli.output import check_formats, write
from oauthgit.model.difference import Differences, Status
from oauthgit.model.finding import Finding
from oauthgit.pipeline import Project, UnusableError, report_of
from oauthgit.pipeline.check import located
from oauthgit.pipeline.operations.diff import Ends, ancestor, compared, suspicions, uncompared
from oauthgit.pipeline.operations.report_limits import check_changes

_BASE: Final = "HEAD"
_SHORT: Final = 12


class Options(NamedTuple):
    """The states to compare."""

    range: str | None
    exit_code: bool


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "range",
        metavar="BASE[..HEAD]",
        nargs="?",
        help="two commits, or one that is compared with the working tree; BASE...HEAD starts where HEAD left BASE "
        "(default: in pull requests of GitHub, GitLab and Azure Pipelines their base, elsewhere HEAD)",
    )
    parser.add_argument("--exit-code", action="store_true", help="exit 4 where anything differs, or cannot be compared")


def run(options: Options, context: Context) -> Exit:
    """Show what differs; of a target whose layers have errors only that it cannot be compared."""
    check_formats(context, frozenset({"differences"}))
    root = Path(located(".", ())[0])
    search, choice = context.search_path, context.choice
    named = context.ci.base if options.range is None else None
    try:
        ends = _parse_range(options.range or named or _BASE, root, search)
        found, project = compared(root, ends, search, choice)
        findings = (*_find_causes(project, found), *suspicions(project, ends.base, search, choice))
    except UnusableError as error:
        if named is None:
            raise
        found, project, findings = uncompared(root, named, error)
    if "json" in {context.common.format, *(name for name, _ in context.common.output)}:
        check_changes(found)
    write(context, report_of(project, findings, differences=found))
    code = choose_exit(context, project, findings)  # what cannot be compared comes before what differs
    return Exit.DIFFERENT if code is Exit.FINE and options.exit_code and found.any else code


def _parse_range(text: str, root: Path, search: str) -> Ends:
    for dots in ("...", ".."):
        base, found, head = text.partition(dots)
        if found:
            base, head = base or _BASE, head or _BASE
            if dots == "..":
                return Ends(base, head)
            left = ancestor(root, base, head, search)
            return Ends(left, head, f"{left[:_SHORT]}, where {head} left {base}")
    return Ends(text, name=text.removeprefix("refs/remotes/"))


def _find_causes(project: Project, found: Differences) -> tuple[Finding, ...]:
    """Return why targets of the later state cannot be compared."""
    unknown = {each.target for each in found.targets if each.status is Status.INCOMPARABLE} & project.broken.keys()
    read = {file.path for file in project.workspace.files}
    return tuple(
        finding
        for finding in project.findings
        if not unknown.isdisjoint(finding.targets) or finding.location.file not in read
    )
