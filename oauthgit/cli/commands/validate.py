"""Check settings: ``oauthgit validate``, the hook's command."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oauthgit.cli.exit_codes import Exit, choose_exit
from oauthgit.cli.output import check_formats, find_own_shard, note, render, write
from oauthgit.model.formats.sanitize import escape
from oauthgit.model.selection import EVERYTHING
from oauthgit.pipeline import Project, UsageError, load, report_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from oauthgit.cli.context import Context
    from oauthgit.model.report import Report


class Options(NamedTuple):
    """Hold the settings to check, and the options of the check."""

    paths: list[str]
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    base: str | None = None
    history: bool = False
    cache: bool = True
    shard: tuple[int, int] | None = None
    baseline: str | None = None
    write_baseline: str | None = None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    from oauthgit.cli.arguments import add_shard

    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="Check these files or folders and every target that uses them (default: everything).",
    )
    parser.add_argument(
        "--fix",
        action="store_true",
        help="Apply safe fixes, then check again; with PATH, in these files only.",
    )
    parser.add_argument(
        "--unsafe-fixes", action="store_true", help="Apply fixes that need a review as well; implies --fix."
    )
    parser.add_argument(
        "--diff",
        action="store_true",
        help="Print the changes of --fix or --unsafe-fixes as a patch for git apply, and write nothing.",
    )
    parser.add_argument(
        "--base",
        metavar="REF",
        help="Report changes of secrets files, policy and checks since the commit REF as well (default: the base of pull "
        "requests in GitHub, GitLab and Azure Pipelines).",
    )
    parser.add_argument(
        "--history",
        action="store_true",
        help="Search all commits of all branches and tags for plaintext secrets as well.",
    )
    parser.add_argument(
        "--no-cache",
        dest="cache",
        action="store_false",
        help="Check all files, even if the same files passed before, and store no result.",
    )
    add_shard(parser, "Report only on the I-th of N parts of the targets.")
    baseline = parser.add_mutually_exclusive_group()
    baseline.add_argument(
        "--baseline",
        metavar="FILE",
        help="Suppress the findings in FILE, so that only new ones count. Findings that block secrets always count.",
    )
    baseline.add_argument(
        "--write-baseline",
        metavar="FILE",
        help="Write the current findings to FILE, for --baseline. Not allowed with paths, --select or --ignore.",
    )


def run(options: Options, context: Context) -> Exit:
    """Check everything, or the targets that use the paths, and report findings."""
    check_formats(context, frozenset({"findings"}))
    selection = context.selection._replace(paths=tuple(options.paths))
    if options.write_baseline and selection != EVERYTHING:
        raise UsageError("a baseline contains all findings; run --write-baseline without paths, --select and --ignore")
    changes = options.fix or options.unsafe_fixes or options.diff or options.write_baseline
    if options.shard and changes:
        raise UsageError("--shard cannot be combined with --fix, --unsafe-fixes, --diff or --write-baseline")
    written = True
    if options.fix or options.unsafe_fixes or options.diff:
        from oauthgit.cli.commands.validate_fix import fix

        written = fix(context, selection, unsafe=options.unsafe_fixes, diff=options.diff)
    layers = context.run_cache.layers() if context.run_cache else None
    project = load(options.paths[0] if options.paths else ".", selection, cache=layers, search=context.search_path)
    if context.common.verbose:
        note(context, f"read {len(project.workspace.files)} files below {project.workspace.root}/configs")
    project = _look_back(options, context, project)
    project = _apply_baseline(options, context, project)
    shard = None if changes else options.shard or find_own_shard(context)
    if shard is not None:
        from oauthgit.pipeline.operations.select import report_shard

        project = report_shard(project, *shard)
    report = report_of(project)
    write(context, report, printed=not options.diff, complete=_complete(options, context, project))
    code = choose_exit(context, project, (*project.findings, *report.findings)) if written else Exit.USAGE
    if layers:
        layers.keep()
    if code is Exit.FINE and context.run_cache:
        context.run_cache.put(project, render("text", report))
    return code


def _complete(options: Options, context: Context, project: Project) -> Callable[[Report], Report]:
    """Return the function that adds the project to a report, for the HTML page."""

    def complete(report: Report) -> Report:
        from oauthgit.cli.page import complete_with

        limits = [f"only the targets that use {escape(path)}" for path in options.paths]
        limits += [f"only the findings of part {options.shard[0]} of {options.shard[1]}"] if options.shard else []
        return complete_with(context, project, limits=limits)(report)

    return complete


def _look_back(options: Options, context: Context, project: Project) -> Project:
    """Return the project with findings about its base and its history.

    A base that only CI states may be missing (OG008).
    """
    base = options.base if options.base is not None else context.ci.base
    if base is None and not options.history:
        return project

    repository = context.open_repository(project.workspace.root)
    if base is not None:
        from oauthgit.pipeline.operations.base_review import review_base

        is_required = options.base is not None
        project = review_base(project, repository.commit(base), baseline=options.baseline, is_required=is_required)
    if options.history:
        from oauthgit.pipeline.operations.history import search_history

        project, gaps = search_history(project, repository)
        for gap in gaps:
            note(context, f"the search of the history for secrets is incomplete: {escape(gap)}", always=True)
    return project


def _apply_baseline(options: Options, context: Context, project: Project) -> Project:
    """Write a baseline if requested, and return the project with it applied."""
    file = options.baseline or options.write_baseline
    if file is None or not project.policy_is_valid:
        return project
    from oauthgit.atomic_write import write_file
    from oauthgit.pipeline.operations.baseline import apply_baseline, baseline

    if options.write_baseline:
        write_file(file, baseline(project), root=project.workspace.root)
    compared = apply_baseline(project, file, with_history=options.history)
    if compared.stale:
        note(
            context,
            f"{compared.stale} of the findings in {file} no longer occur; write the baseline again to remove them",
        )
    return compared.project
