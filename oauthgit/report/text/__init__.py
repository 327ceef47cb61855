"""Text: what people read in a terminal and in the log of a CI job."""

from typing import Final

from oauthgit.model.display import unspoken
from oauthgit.model.report import Report
from oauthgit.report.text import explanations, findings, secrets, targets, verdicts

PARTS: Final = frozenset({"findings", "verdicts", "targets", "explanations", "secrets", "requests"})
"""The parts of a report that this format can show."""


def render(report: Report) -> str:
    """Return the parts that the report has, as paragraphs; findings and the counts stand last, where they are seen."""
    paragraphs = []
    if report.requests is not None:
        from oauthgit.report.text.requests import requests

        paragraphs.append(requests(report.requests))
    if report.verdicts is not None:
        paragraphs.append(verdicts.verdicts(report.verdicts))
    if report.targets is not None:
        paragraphs.append(targets.targets(report.targets))
    if report.explanations is not None:
        paragraphs.append(explanations.explanations(report.explanations))
    if report.secrets is not None:
        paragraphs.append(secrets.secrets(report.secrets))
    paragraphs.append(findings.findings(report))
    if report.findings or all(part is None for part in (report.targets, report.explanations, report.secrets)):
        counts = findings.summary(report)
        asked = verdicts.summary(report.verdicts, report.conditions) if report.verdicts is not None else ""
        paragraphs.append(counts + asked)
    return unspoken("\n".join(filter(None, paragraphs)))
