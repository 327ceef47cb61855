"""Render Markdown for pull request comments and job summaries.

GitHub, GitLab and Azure DevOps render it.
"""

from typing import Final

from oauthgit.model.report import Report
from oauthgit.report.markdown import differences, drift, findings, secrets, verdicts
from oauthgit.report.markdown.layout import COMMENT, document

PARTS: Final = frozenset({"findings", "verdicts", "differences", "secrets", "drift"})
"""The parts of a report that this format can show."""


def render(report: Report, limit: int = COMMENT) -> str:
    """Return the report in at most ``limit`` bytes, the worst of each part first.

    The order is differences, secrets, drift, counts, findings, verdicts. Rows that do not fit are left out from the end, and
    a line counts them.
    """
    blocks = [] if report.differences is None else list(differences.differences(report.differences))
    if report.secrets is not None:
        blocks += secrets.secrets(report.secrets)
    if report.drift is not None:
        blocks += drift.drift(report.drift)
    if report.findings or all(part is None for part in (report.differences, report.secrets, report.drift)):
        blocks += findings.findings(report)
    if report.verdicts is not None:
        blocks += verdicts.verdicts(report.verdicts, report.conditions)
    return document(blocks, limit)
