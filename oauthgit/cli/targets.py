"""Find the targets of a command, and print those that are left out."""

from collections.abc import Mapping, Sequence
from typing import Final

from oauthgit.cli.context import Context
from oauthgit.cli.output import note
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import TARGETS
from oauthgit.pipeline import Project, find_target

_NAMED: Final = 20


def find_targets(project: Project, names: Sequence[str]) -> list[Settings]:
    """Return the targets with these names, or all that can run.

    Raises:
        UsageError: A target does not exist.

    """
    if names:
        named = {settings.target: settings for settings in (find_target(project, name) for name in names)}
        return list(named.values())
    return [settings for settings in project.resolve().targets if settings.kind in TARGETS]


def report_left_out(context: Context, reasons: Mapping[str, str]) -> None:
    """Print the first targets that are left out, with reasons."""
    for target in list(reasons)[:_NAMED]:
        note(context, f"{target} is left out: {reasons[target]}", always=True)
    if len(reasons) > _NAMED:
        note(context, f"{len(reasons) - _NAMED:,} more targets are left out; oauthgit validate lists them", always=True)
