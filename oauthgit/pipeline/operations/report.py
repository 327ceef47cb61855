"""Build the report of a run, within the limits of its size.

Items beyond a limit are counted, or refused if a cut document would mislead a program.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from oauthgit import __version__
from oauthgit.discover import find_repository
from oauthgit.discover.layout import CONFIGS, POLICY
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding, rank
from oauthgit.model.location import Location
from oauthgit.model.project import Project
from oauthgit.model.report import Report, Summary
from oauthgit.model.settings import Settings
from oauthgit.model.workspace import LAYERS, File
from oauthgit.parse import parse
from oauthgit.pipeline.engine import PARALLEL_THRESHOLD
from oauthgit.pipeline.engine.workers import run_parallel
from oauthgit.pipeline.findings import grade
from oauthgit.triage import in_order

if TYPE_CHECKING:
    from oauthgit.model.difference import Differences

MAX_FINDINGS: Final = 4_999
"""Most findings of a report; with the one that counts the others they reach the limit of SARIF."""
TARGETS: Final = 100_000
"""Most targets that all findings of a report name together."""
CHANGES: Final = 15_000
"""Most changed settings in a JSON document."""
SIZE: Final = 16_000_000
"""Largest size of effective settings, in characters."""
_SETTING: Final = 50
"""Estimated characters around a value: its name and its origin."""


def report_of(project: Project, findings: Sequence[Finding] | None = None, **parts: Any) -> Report:
    """Return the report of a run; ``findings`` default to those of the project."""
    findings = _with_room(project.findings if findings is None else findings)
    summary = Summary(
        layers=sum(file.kind in LAYERS for file in project.workspace.files),
        targets=len(project.servers_by_target),
        servers=sum(project.servers_by_target.values()),
        seconds=project.seconds,
    )
    folder = folder_of(project.workspace.root)
    return Report(
        tuple(findings), summary, lines=_Lines(project, findings), folder=folder, version=__version__, **parts
    )


class _Lines(Mapping[str, Mapping[int, str]]):
    """Map files to the masked lines of findings, made when a format shows them."""

    def __init__(self, project: Project, findings: Sequence[Finding]) -> None:
        self._project = project
        self._findings = findings

    @cached_property
    def _masked(self) -> dict[str, Mapping[int, str]]:
        from oauthgit.pipeline.excerpts import list_shown

        shown, known = list_shown(self._findings), self._project.lines
        files = [file for file in self._project.workspace.files if file.path in shown]
        unknown = [file for file in files if not shown[file.path] <= known.get(file.path, {}).keys()]
        jobs = [partial(_mask, file, shown[file.path]) for file in unknown]
        masked = run_parallel(jobs) if len(jobs) >= PARALLEL_THRESHOLD else [job() for job in jobs]
        return {**known, **{file.path: lines for file, lines in zip(unknown, masked, strict=True)}}

    def __getitem__(self, path: str) -> Mapping[int, str]:
        return self._masked[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._masked)

    def __len__(self) -> int:
        return len(self._masked)


def _mask(file: File, shown: Collection[int]) -> dict[int, str]:
    from oauthgit.pipeline.excerpts import mask_excerpt

    return mask_excerpt(file, parse(file)[0], shown)


def folder_of(root: str) -> str:
    """Return the path from the repository to ``root``; empty if they are one."""
    top = find_repository(root)
    return root[len(top) :].strip(os.sep).replace(os.sep, "/") if top else ""


def find_unmerged(project: Project) -> dict[str, str]:
    """Return the targets without settings because of errors, with the reasons."""
    return {target: why for target, why in sorted(project.blocked.items()) if target not in project.environments}


def find_target(project: Project, name: str) -> Settings:
    """Return the target with the id ``name``, or with a unique id ending in it.

    Raises:
        UsageError: No target has this ending, or several have.

    """
    targets = project.resolve().targets
    found = [settings for settings in targets if settings.target == name]
    found = found or [settings for settings in targets if settings.target.endswith("/" + name)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(settings.target for settings in found)
        raise UsageError(f"{name} may be any of {names}; write more of its id")
    from oauthgit.model.formats.suggest import ask_if_meant, suggest

    endings = {settings.target.rpartition("/")[2]: settings.target for settings in targets}
    close = suggest(name, endings) or suggest(name, endings.values()) or suggest(name, endings, most=3)
    concerned = {target for finding in project.findings for target in finding.targets}
    if any(target == name or target.endswith("/" + name) for target in concerned):
        raise UsageError(f"{name} cannot be merged, because its layers have errors; run oauthgit validate to see them")
    raise UsageError(f"there is no target {name}{ask_if_meant(close)}; run oauthgit effective to list them")


def _with_room(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Return the findings that fit into a report, and one for the rest (OG009).

    Findings about a change against its base come first, then the most severe.
    """
    words = []
    if len(findings) > MAX_FINDINGS:
        ranks = sorted(range(len(findings)), key=lambda number: rank(findings[number]))
        left = Counter(findings[number].severity for number in ranks[MAX_FINDINGS:])
        listed = ", ".join(f"{left[one]:,} {one.label}{'s' * (left[one] > 1)}" for one in sorted(left, reverse=True))
        words.append(f"{left.total():,} findings are left out of this report, the mildest: {listed}")
        findings = [findings[number] for number in sorted(ranks[:MAX_FINDINGS])]
    named = sum(len(finding.targets) for finding in findings)
    if named > TARGETS:
        each = TARGETS // len(findings)
        findings = [finding._replace(targets=finding.targets[:each]) for finding in findings]
        words.append(f"each finding names at most {each:,} of its targets; in full they would name {named:,}")
    if not words:
        return findings
    more = Finding(
        "OG009", "; ".join(words), Location(f"{CONFIGS}/{POLICY}"), remedy="Fix the others first, or name paths."
    )
    return in_order([*grade([more]), *findings])


def check_changes(differences: "Differences") -> None:
    """Refuse differences that are too many for one JSON document.

    Raises:
        UsageError: There are more than 15,000.

    """
    changes = sum(len(target.changes) for target in differences.targets)
    if changes > CHANGES:
        raise UsageError(
            f"{changes:,} settings differ, which is too much for one document; use --format text to list them all, or compare "
            "smaller steps, such as one commit after another"
        )


def check_size(targets: Iterable[Settings]) -> None:
    """Refuse effective settings that are too large for one document.

    Raises:
        UsageError: They have more than 16 million characters.

    """
    known: dict[int, int] = {}
    total = 0
    for settings in targets:
        total += len(str(settings.data.get("redirect_uri")))
        for server in settings.servers.values():
            if id(server) not in known:
                known[id(server)] = sum(_SETTING + len(str(value)) for value in server.values())
            total += known[id(server)]
    if total > SIZE:
        raise UsageError(
            f"the effective settings of all targets have about {total:,} characters, which is too large for one document; "
            "name targets"
        )
