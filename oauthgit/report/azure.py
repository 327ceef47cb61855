"""Issues of Azure Pipelines: logging commands, which the agent reads from what a task prints.

The agent keeps ten errors and ten warnings of each task, so the worst come first, and a last warning says how many more
there are. It knows no notes: they are plain lines. Escapes are those of ``azure-pipelines-task-lib``.
"""

from collections.abc import Mapping
from typing import Final

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.sanitize import cut
from oauthgit.model.report import Report
from oauthgit.model.telling import counting, fitting, inert, notes, path

PARTS: Final = frozenset({"findings", "verdicts"})
"""The parts of a report that this format can show; of verdicts their findings tell."""

MOST: Final = 10
"""Issues of one kind that the agent keeps of a task."""

_MESSAGE: Final = 4_000


def render(report: Report) -> str:
    """Return a line for each finding that has room, the worst first, and one for those that have none."""
    kept, more = fitting(counting(report), MOST, Severity.WARNING)
    lines = [_issue(report, finding) for finding in kept]
    if more:
        lines.append(_command({"type": "warning"}, f"not listed: {more}; the text report shows them"))
    return "".join(lines)


def _issue(report: Report, finding: Finding) -> str:
    file, line, column = finding.location[:3]
    words = (f"{inert(finding.code)} {inert(finding.name)}".strip() + f": {inert(finding.message)}", *notes(finding))
    message = cut("; ".join(words), _MESSAGE)
    if finding.severity is Severity.NOTE:
        return inert(f"{path(report, file)}:{line}:{column}: {finding.severity.label}: {message}") + "\n"
    properties: dict[str, str | int] = {
        "type": finding.severity.label,
        "sourcepath": path(report, file),
        "linenumber": line,
        "columnnumber": column,
        "code": inert(finding.code),
    }
    return _command(properties, message)


def _command(properties: Mapping[str, str | int], message: str) -> str:
    stated = "".join(f"{name}={_property(str(value))};" for name, value in properties.items())
    return f"##vso[task.logissue {stated}]{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
