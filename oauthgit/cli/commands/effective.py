"""Show the effective settings of targets: ``oauthgit effective``."""

import argparse
from typing import NamedTuple

from oauthgit.cli.arguments import add_targets
from oauthgit.cli.context import Context
from oauthgit.cli.exit_codes import Exit, choose_exit
from oauthgit.cli.output import check_formats, note, write
from oauthgit.cli.page import complete_with
from oauthgit.cli.targets import find_targets, report_left_out
from oauthgit.pipeline import report_of
from oauthgit.pipeline.operations.load_targets import load_targets
from oauthgit.pipeline.operations.report import check_size


class Options(NamedTuple):
    """Hold the targets to show."""

    targets: list[str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_targets(parser)


def run(options: Options, context: Context) -> Exit:
    """Show effective settings.

    Targets with errors in their layers are left out, and the errors are reported.
    """
    check_formats(context, frozenset({"targets"}))
    project = load_targets(options.targets, context.search_path, context.selection)
    chosen = find_targets(project, options.targets)
    broken = project.blocked
    shown = tuple(settings for settings in chosen if settings.target not in broken)
    check_size(shown)
    names = {settings.target for settings in chosen}
    concerned = names if options.targets else set(broken)
    causes = tuple(
        finding
        for finding in project.findings
        if not broken.keys().isdisjoint(finding.targets) and not concerned.isdisjoint(finding.targets)
    )
    complete = complete_with(context, project, shown=shown if options.targets else None)
    write(context, report_of(project, causes, targets=shown), complete=complete)
    report_left_out(context, {target: broken[target] for target in sorted(broken.keys() & concerned)})
    if not chosen and not concerned:
        note(
            context,
            "there is no runtime configuration and no IAM application yet; name a branch to show its settings (exit 3)",
        )
        return Exit.NOTHING_CHECKED
    code = choose_exit(context, project, causes)
    return Exit.FINDINGS if code is Exit.FINE and not concerned.isdisjoint(broken) else code
