"""Render Code Quality of GitLab: a JSON list of issues for merge requests.

The fields are those that GitLab documents for a custom tool. Fingerprints do not depend on lines and are unique within
the report, so an issue stays the same if lines move.
"""

import json
from typing import Any, Final

from oauthgit.model.annotations import format_path, list_unsuppressed, number_fingerprints, one_line, sanitize
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.sanitize import cut
from oauthgit.model.report import Report

PARTS: Final = frozenset({"findings", "verdicts", "drift"})
"""The parts of a report that this format can show; verdicts and drift are shown by their findings."""

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}
_DESCRIPTION: Final = 4_000


def render(report: Report) -> str:
    """Return the issues in ASCII, the worst first, without suppressed findings."""
    reported = list_unsuppressed(report)
    issues = [
        _issue(report, finding, name) for finding, name in zip(reported, number_fingerprints(reported), strict=True)
    ]
    # CI runners execute "##[" and "##vso[" anywhere in a line; a JSON parser decodes the escape.
    return json.dumps(issues, indent=2).replace("##", "#\\u0023") + "\n"


def _issue(report: Report, finding: Finding, name: str) -> dict[str, Any]:
    return {
        "description": cut(one_line(finding), _DESCRIPTION),
        "check_name": f"{sanitize(finding.code)} {sanitize(finding.name)}".strip(),
        "fingerprint": name,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": format_path(report, finding.location.file), "lines": {"begin": finding.location.line}},
    }
