"""Code Quality of GitLab: a list of issues in JSON, which merge requests show beside the lines.

The fields are those that GitLab documents for a custom tool. Fingerprints hold no line and are unique within the report,
so that an issue is the same one before and after other lines moved.
"""

import json
from typing import Any, Final

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.sanitize import cut
from oauthgit.model.report import Report
from oauthgit.model.telling import counting, identities, inert, notes, path

PARTS: Final = frozenset({"findings", "verdicts"})
"""The parts of a report that this format can show; of verdicts their findings tell."""

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}
_DESCRIPTION: Final = 4_000


def render(report: Report) -> str:
    """Return the issues in ASCII, the worst first; suppressed findings are not among them."""
    told = counting(report)
    issues = [_issue(report, finding, name) for finding, name in zip(told, identities(told), strict=True)]
    # "##[" and "##vso[" speak to CI runners wherever they stand in a line; the escape reads back as the same text.
    return json.dumps(issues, indent=2).replace("##", "#\\u0023") + "\n"


def _issue(report: Report, finding: Finding, name: str) -> dict[str, Any]:
    return {
        "description": cut("; ".join((inert(finding.message), *notes(finding))), _DESCRIPTION),
        "check_name": f"{inert(finding.code)} {inert(finding.name)}".strip(),
        "fingerprint": name,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path(report, finding.location.file), "lines": {"begin": finding.location.line}},
    }
