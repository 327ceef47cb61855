"""Render annotations of GitHub Actions: workflow commands in the output of a step.

The runner keeps ten annotations of each kind and step. So the worst come first, and a last one counts the others.
Escapes are those of ``@actions/core``. Annotations of several lines have no columns, because the runner rejects them.
"""

from collections.abc import Mapping
from typing import Final

from oauthgit.model.annotations import details, format_path, list_unsuppressed, sanitize, select_fitting
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.sanitize import cut
from oauthgit.model.report import Report

PARTS: Final = frozenset({"findings", "verdicts", "drift"})
"""The parts of a report that this format can show; verdicts and drift are shown by their findings."""

MAX_ANNOTATIONS: Final = 10
"""The number of annotations of one kind that the runner keeps for a step."""

_KINDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_MESSAGE: Final = 4_000
_TITLE: Final = 200


def render(report: Report) -> str:
    """Return a line for each finding that fits, worst first, and one for the others."""
    kept, more = select_fitting(list_unsuppressed(report), MAX_ANNOTATIONS, Severity.NOTE)
    lines = [_annotation(report, finding) for finding in kept]
    if more:
        lines.append(_command("notice", {"title": "oauthgit"}, f"not annotated: {more}; the text report shows them"))
    return "".join(lines)


def _annotation(report: Report, finding: Finding) -> str:
    _, line, column, end_line, end_column, _ = finding.location
    columns = {"col": column, "endColumn": end_column} if line == end_line and column <= end_column else {}
    properties: dict[str, str | int] = {
        "file": format_path(report, finding.location.file),
        "line": line,
        "endLine": max(line, end_line),
        **columns,
        "title": cut(f"{sanitize(finding.code)} {sanitize(finding.name)}".strip(), _TITLE),
    }
    message = cut("\n".join((sanitize(finding.message), *details(finding))), _MESSAGE)
    return _command(_KINDS[finding.severity], properties, message)


def _command(kind: str, properties: Mapping[str, str | int], message: str) -> str:
    stated = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{kind} {stated}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
