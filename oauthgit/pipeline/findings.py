"""Attribute findings to targets, narrow them to the selection, and grade them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from oauthgit import rules
from oauthgit.model.finding import Finding
from oauthgit.model.project import Project
from oauthgit.model.selection import EVERYTHING, Selection
from oauthgit.model.workspace import LAYERS, File, Kind, Workspace
from oauthgit.pipeline.paths import is_below
from oauthgit.pipeline.resolve import chain_of
from oauthgit.triage import in_order, triage
from oauthgit.triage.unsuppressible import MAY_EXPOSE_SECRETS


def add_findings(project: Project, found: Iterable[Finding], severities: Mapping[str, Any] | None = None) -> Project:
    """Return ``project`` with the selected ones of ``found``, graded and in order.

    ``severities`` are those of the policy, if it grades these findings.
    """
    narrowed = narrow(found, project.selection, project.environments)
    graded = grade(narrowed, project.selection, severities or {}, project.environments)
    return project._replace(findings=in_order((*project.findings, *graded)))


def grade(
    findings: Iterable[Finding],
    selection: Selection = EVERYTHING,
    severities: Mapping[str, Any] = {},
    environments: Mapping[str, str | None] = {},
) -> tuple[Finding, ...]:
    """Return the selected findings, named, graded and sorted.

    See :func:`oauthgit.triage.triage`.
    """
    return triage(findings, selection, severities, rules.load, environments)


def attribute(findings: Iterable[Finding], using: Mapping[str, tuple[str, ...]], workspace: Workspace) -> list[Finding]:
    """Add to each finding the targets that use its file.

    Fixes are removed from findings in files that are neither a layer nor the policy.
    """
    fixable = {file.path for file in workspace.files if file.kind in (*LAYERS, Kind.POLICY)}
    return [
        found._replace(
            targets=found.targets or using.get(found.location.file, ()),
            fix=found.fix if found.location.file in fixable else None,
        )
        for found in findings
    ]


def find_concerned(
    findings: Iterable[Finding], files: Collection[File], parents: Mapping[str, str | None]
) -> frozenset[str]:
    """Return the layers that findings are about.

    A finding without targets is about all layers that use its file, or about all layers if its file is a shared one. So is
    one that may indicate a plaintext secret: nothing may be derived from its file.
    """
    layers = {file.path: file.layer for file in files}
    named: set[str] = set()
    own: set[str] = set()
    for finding in findings:
        named.update(finding.targets)
        if finding.targets and not finding.code.startswith(MAY_EXPOSE_SECRETS):
            continue
        if finding.location.file not in layers:
            return frozenset(layers.values())
        own.add(layers[finding.location.file])
    if own:
        named |= {layer for layer in set(layers.values()) if not own.isdisjoint(chain_of(layer, parents))}
    return frozenset(named)


def narrow(findings: Iterable[Finding], selection: Selection, targets: Collection[str]) -> list[Finding]:
    """Return the findings in or around the selected paths or about ``targets``."""
    paths = selection.paths
    return [
        found
        for found in findings
        if not paths
        or is_below(found.location.file, paths)
        or any(target in targets for target in found.targets)
        or any(is_below(path, (found.location.file,)) for path in paths)
    ]


def may_expose_secrets(findings: Iterable[Finding]) -> bool:
    """Return True if a finding may indicate a plaintext secret in a file."""
    return any(found.code.startswith(MAY_EXPOSE_SECRETS) for found in findings)
