"""Render issues of Azure Pipelines: logging commands in the output of a task.

The agent keeps ten errors and ten warnings of each task. So the worst come first, and a last warning counts the others.
The agent has no notes, so they are plain lines. Escapes are those of ``azure-pipelines-task-lib``.
"""

from collections.abc import Mapping
from typing import Final

from oauthgit.model.annotations import format_path, list_unsuppressed, one_line, sanitize, select_fitting
from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.sanitize import cut
from oauthgit.model.report import Report

PARTS: Final = frozenset({"findings", "verdicts", "drift"})
"""The parts of a report that this format can show; verdicts and drift are shown by their findings."""

MAX_ANNOTATIONS: Final = 10
"""The number of issues of one kind that the agent keeps for a task."""

_MESSAGE: Final = 4_000


def render(report: Report) -> str:
    """Return a line for each finding that fits, worst first, and one for the others."""
    kept, more = select_fitting(list_unsuppressed(report), MAX_ANNOTATIONS, Severity.WARNING)
    lines = [_issue(report, finding) for finding in kept]
    if more:
        lines.append(_command({"type": "warning"}, f"not listed: {more}; the text report shows them"))
    return "".join(lines)


def _issue(report: Report, finding: Finding) -> str:
    file, line, column = finding.location[:3]
    name = f"{sanitize(finding.code)} {sanitize(finding.name)}".strip()
    message = cut(f"{name}: {one_line(finding)}", _MESSAGE)
    if finding.severity is Severity.NOTE:
        return sanitize(f"{format_path(report, file)}:{line}:{column}: {finding.severity.label}: {message}") + "\n"
    properties: dict[str, str | int] = {
        "type": finding.severity.label,
        "sourcepath": format_path(report, file),
        "linenumber": line,
        "columnnumber": column,
        "code": sanitize(finding.code),
    }
    return _command(properties, message)


def _command(properties: Mapping[str, str | int], message: str) -> str:
    stated = "".join(f"{name}={_property(str(value))};" for name, value in properties.items())
    return f"##vso[task.logissue {stated}]{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
