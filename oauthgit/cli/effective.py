"""``oauthgit effective``: what targets run with."""

import argparse
from collections.abc import Mapping
from typing import Final

from oauthgit.cli.exits import Exit
from oauthgit.cli.validate import exit_of
from oauthgit.cli.writing import check_formats, say, write
from oauthgit.model.selection import Selection
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import TARGETS
from oauthgit.pipeline import Project, load, report_of, target_named
from oauthgit.pipeline.operations.narrow import narrow
from oauthgit.pipeline.operations.report_limits import check_size

_NAMED: Final = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument(
        "targets",
        metavar="TARGET",
        nargs="*",
        help="ids or unique endings of ids (default: all runtime configurations and IAM applications)",
    )


def run(options: argparse.Namespace) -> Exit:
    """Show effective settings; targets whose layers have errors are left out, with the findings that say why."""
    check_formats(options, frozenset({"targets"}))
    project = narrow(load(".", Selection(options.select, options.ignore)), options.targets)
    chosen = targets_of(project, options.targets)
    broken = project.broken
    shown = tuple(settings for settings in chosen if settings.target not in broken)
    check_size(shown)
    names = {settings.target for settings in chosen}
    concerned = names if options.targets else set(broken)
    causes = tuple(
        finding
        for finding in project.findings
        if not broken.keys().isdisjoint(finding.targets) and not concerned.isdisjoint(finding.targets)
    )
    write(options, report_of(project, causes, targets=shown))
    say_left_out(options, {target: broken[target] for target in sorted(broken.keys() & concerned)})
    if not chosen and not concerned:
        say(
            options,
            "nothing runs yet: no runtime configuration and no IAM application; name a branch to see it (exit 3)",
        )
        return Exit.NOTHING_CHECKED
    code = exit_of(options, project, causes)
    return Exit.FINDINGS if code is Exit.FINE and not concerned.isdisjoint(broken) else code


def say_left_out(options: argparse.Namespace, reasons: Mapping[str, str]) -> None:
    """Print which targets are not in the output, and why; of many the first."""
    for target in list(reasons)[:_NAMED]:
        say(options, f"{target} is left out: {reasons[target]}", always=True)
    if len(reasons) > _NAMED:
        say(options, f"{len(reasons) - _NAMED:,} more targets are left out; oauthgit validate names them", always=True)


def targets_of(project: Project, names: list[str]) -> list[Settings]:
    """Return the targets that were named, or all that run.

    Raises:
        UnusableError: There is no such target.

    """
    if names:
        named = {settings.target: settings for settings in (target_named(project, name) for name in names)}
        return list(named.values())
    return [settings for settings in project.resolve().targets if settings.kind in TARGETS]
