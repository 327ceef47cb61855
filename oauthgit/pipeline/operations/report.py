"""From what a run found to what a reporter needs."""

import os
from collections.abc import Sequence
from typing import Any, Final

from oauthgit import __version__
from oauthgit.discover import find_repository
from oauthgit.model.errors import UnusableError
from oauthgit.model.finding import Finding
from oauthgit.model.project import Project
from oauthgit.model.report import Report, Summary
from oauthgit.model.schema import harmless_keys
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import LAYERS, Kind
from oauthgit.parse import masked_lines
from oauthgit.pipeline.operations.report_limits import with_room

_OF_WORKFLOWS: Final = frozenset(("on", "uses", "ref", "repository", "runs-on"))
"""Keys of a workflow whose values name events, actions and commits, and so may be shown."""


def report_of(project: Project, findings: Sequence[Finding] | None = None, **parts: Any) -> Report:
    """Return the report of a run: findings (the project's own unless given), counts, masked lines, and other parts."""
    findings = with_room(project.findings if findings is None else findings)
    summary = Summary(
        layers=sum(file.kind in LAYERS for file in project.workspace.files),
        targets=len(project.running),
        servers=sum(project.running.values()),
        seconds=project.seconds,
    )
    spoken_of = {finding.location.file for finding in findings}
    lines = {
        file.path: masked_lines(file, _OF_WORKFLOWS if file.kind is Kind.WORKFLOW else harmless_keys())
        for file in project.workspace.files
        if file.path in spoken_of
    }
    folder = folder_of(project.workspace.root)
    return Report(tuple(findings), summary, lines=lines, folder=folder, version=__version__, **parts)


def folder_of(root: str) -> str:
    """Return the way from the repository's folder to ``root``, empty where they are one or there is no repository."""
    top = find_repository(root)
    return root[len(top) :].strip(os.sep).replace(os.sep, "/") if top else ""


def unmerged(project: Project) -> dict[str, str]:
    """Return the targets that have no settings, because their layers do not hold together, each with the reason."""
    return {target: why for target, why in sorted(project.broken.items()) if target not in project.environments}


def target_named(project: Project, name: str) -> Settings:
    """Return the target that ``name`` means: its id, or any ending of it that is its alone.

    Raises:
        UnusableError: No target has this ending, or several have.

    """
    exact = [settings for settings in project.resolve().targets if settings.target == name]
    found = exact or [settings for settings in project.resolve().targets if settings.target.endswith("/" + name)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(settings.target for settings in found)
        raise UnusableError(f"{name} may be any of {names}; write more of its id")
    import difflib

    endings = {settings.target.rpartition("/")[2]: settings.target for settings in project.resolve().targets}
    close = difflib.get_close_matches(name, [*endings, *endings.values()], n=1)
    broken = [
        finding for finding in project.findings if any(t.endswith("/" + name) or t == name for t in finding.targets)
    ]
    if broken:
        raise UnusableError(f"{name} cannot be merged, because its layers have errors; oauthgit validate names them")
    meant = f"; did you mean {close[0]}?" if close else ""
    raise UnusableError(f"there is no target {name}{meant}; oauthgit effective lists them")
