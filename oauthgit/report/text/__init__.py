"""Render text for terminals and for logs of CI jobs."""

from typing import Final

from oauthgit.model.formats.sanitize import defuse
from oauthgit.model.report import Report
from oauthgit.report.text import findings

PARTS: Final = frozenset(
    {"findings", "verdicts", "targets", "explanations", "secrets", "requests", "differences", "drift"}
)
"""The parts of a report that this format can show."""


def render(report: Report) -> str:
    """Return the parts of the report as paragraphs; findings and counts come last."""
    paragraphs = []
    if report.requests is not None:
        from oauthgit.report.text import smoke

        paragraphs.append(smoke.requests(report.requests))
    if report.verdicts is not None:
        from oauthgit.report.text import smoke

        paragraphs.append(smoke.verdicts(report.verdicts))
    if report.targets is not None:
        from oauthgit.report.text import targets

        paragraphs.append(targets.targets(report.targets))
    if report.explanations is not None:
        from oauthgit.report.text import explanations

        paragraphs.append(explanations.explanations(report.explanations))
    if report.secrets is not None:
        from oauthgit.report.text import secrets

        paragraphs.append(secrets.secrets(report.secrets))
    if report.differences is not None:
        from oauthgit.report.text.differences import differences

        paragraphs.append(differences(report.differences))
    if report.drift is not None:
        from oauthgit.report.text.drift import drift

        paragraphs.append(drift(report.drift))
    paragraphs.append(findings.findings(report))
    others = (report.targets, report.explanations, report.secrets, report.differences, report.drift)
    if report.findings or all(part is None for part in others):
        counts = findings.summary(report)
        is_requested = smoke.summary(report.verdicts, report.conditions) if report.verdicts is not None else ""
        paragraphs.append(counts + is_requested)
    return defuse("\n".join(filter(None, paragraphs)))
