"""Attribute findings to targets, and narrow them to what was selected."""

from collections.abc import Collection, Iterable, Mapping

from oauthgit.model.finding import Finding
from oauthgit.model.workspace import LAYERS, Kind, Workspace
from oauthgit.pipeline.paths import is_below
from oauthgit.triage.fixed import TELLING


def attribute(findings: Iterable[Finding], using: Mapping[str, tuple[str, ...]], workspace: Workspace) -> list[Finding]:
    """Add to each finding the targets that use its file, and take fixes away that would change other kinds of files."""
    fixable = {file.path for file in workspace.files if file.kind in (*LAYERS, Kind.POLICY)}
    return [
        found._replace(
            targets=found.targets or using.get(found.location.file, ()),
            fix=found.fix if found.location.file in fixable else None,
        )
        for found in findings
    ]


def narrow(findings: Iterable[Finding], chosen: Collection[str], targets: Collection[str]) -> list[Finding]:
    """Return the findings that lie in the ``chosen`` paths or around them, or concern one of ``targets``."""
    return [
        found
        for found in findings
        if is_below(found.location.file, chosen)
        or any(target in targets for target in found.targets)
        or any(is_below(path, (found.location.file,)) for path in chosen)
    ]


def may_expose_secrets(findings: Iterable[Finding]) -> bool:
    """Report whether a finding leaves it open whether a secret stands in a file in plain text."""
    return any(found.code.startswith(TELLING) for found in findings)
