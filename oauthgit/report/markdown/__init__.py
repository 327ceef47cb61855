"""Markdown, as GitHub, GitLab and Azure DevOps render it: for the comment on a pull request and the summary of a job."""

from typing import Final

from oauthgit.model.report import Report
from oauthgit.report.markdown import findings, verdicts
from oauthgit.report.markdown.layout import COMMENT, document

PARTS: Final = frozenset({"findings", "verdicts"})
"""The parts of a report that this format can show."""


def render(report: Report, limit: int = COMMENT) -> str:
    """Return the report in at most ``limit`` bytes: counts, then findings and verdicts, the worst of each first.

    What does not fit is left out from the end, and a line says how much that is.
    """
    blocks = list(findings.findings(report))
    if report.verdicts is not None:
        blocks += verdicts.verdicts(report.verdicts, report.conditions)
    return document(blocks, limit)
