"""Render findings as text: place, message, source line with a caret, and remedy."""

from collections.abc import Iterator, Mapping
from typing import Final

from oauthgit.model.finding import OF_CHANGES, Finding, rank
from oauthgit.model.formats.sanitize import cut, escape, format_count, list_some, redact_urls
from oauthgit.model.location import format_place
from oauthgit.model.report import Report, count_findings
from oauthgit.report.text.layout import cells

_COLUMNS: Final = 110
MAX_FINDINGS: Final = 2_000
"""The maximum number of findings; nobody reads more."""
_LONG: Final = 1_000
"""The maximum characters of a message."""
_RELATED: Final = 8
_NEAR: Final = 1_000
"""The characters around a place that are measured in a very long line."""
_NAMED_TARGETS: Final = 3
_OPTIONS: Final = {"safe": "(--fix)", "unsafe": "(--unsafe-fixes)"}
"""The option that fixes a finding, by the kind of its fix."""


def findings(report: Report) -> str:
    """Return a paragraph for each finding that is not suppressed.

    Of very many findings, the worst are shown, and a line counts the others. Findings about a change against its
    base are always shown.
    """
    reported = [finding for finding in report.findings if finding.suppressed is None]
    left = 0
    if len(reported) > MAX_FINDINGS:
        most = max(MAX_FINDINGS, sum(finding.code in OF_CHANGES for finding in reported))
        worst = sorted(range(len(reported)), key=lambda number: rank(reported[number]))[:most]
        left, reported = len(reported) - most, [reported[number] for number in sorted(worst)]
    paragraphs = [
        "".join(f"{line}\n" for line in _paragraph(finding, report.lines_of(finding))) for finding in reported
    ]
    if left:
        paragraphs.append(f"{left:,} more findings, the mildest, are not shown; use --format json, or name paths\n")
    return "\n".join(paragraphs)


def summary(report: Report) -> str:
    """Return the line with the number of checked objects and of findings.

    Suppressed findings are included.
    """
    looked_at = report.summary
    return (
        f"{format_count(looked_at.layers, 'layer')}, {format_count(looked_at.targets, 'target')}, "
        f"{format_count(looked_at.servers, 'OAuth server')} checked in {looked_at.seconds:.2f} s: "
        f"{count_findings(report.findings)}\n"
    )


def _paragraph(finding: Finding, lines: Mapping[int, str]) -> Iterator[str]:
    name = f" {escape(finding.name)}" if finding.name else ""
    graded = f"{finding.severity.label}[{finding.code}]{name}"
    yield f"{format_place(finding.location)}: {graded}: {cut(redact_urls(finding.message), _LONG)}"
    line = finding.location.line
    gutter = " " * max(2, len(str(line)))
    if line in lines:
        yield f"{gutter} |"
        yield from _excerpt(finding, lines, len(gutter))
    elif finding.hint:
        yield f"{gutter} = {cut(redact_urls(finding.hint), _LONG)}"
    yield from (f"{gutter} = {note}" for note in _details(finding))


def _excerpt(finding: Finding, lines: Mapping[int, str], gutter: int) -> Iterator[str]:
    """Yield the line before, the line, and the caret; cut a long line around it."""
    _, line, column, end_line, end_column, _ = finding.location
    text = lines[line]
    end = max(column, end_column if end_line == line else len(text.rstrip()) + 1)
    skipped = max(0, column - _NEAR) if end > _NEAR else 0
    text = text[skipped : skipped + 2 * _NEAR]
    column, end = column - skipped, min(end - skipped, 2 * _NEAR)
    # Measure each part as it is shown: an escape is wider than its character.
    first = len(cells(_visible(text[: column - 1])))
    last = max(first + 1, first + len(cells(_visible(text[column - 1 : end - 1]))))
    start = max(0, first - _COLUMNS // 3) if last > _COLUMNS else 0
    for number in (line - 1, line) if line > 1 else (line,):
        near = lines[number][skipped : skipped + 2 * _NEAR]
        yield f"{number:>{gutter}} | {_cut(_visible(near), start)}".rstrip()
    caret = " " * (first - start) + "^" * (min(last, start + _COLUMNS) - first)
    yield f"{' ' * gutter} | {caret} {cut(redact_urls(finding.hint), _LONG)}".rstrip()


def _visible(text: str) -> str:
    return "\t".join(escape(part) for part in text.split("\t"))


def _cut(text: str, start: int) -> str:
    columns = cells(text)
    window = columns[start : start + _COLUMNS]
    if start and columns:
        window[:2] = ["…", *(cell or " " for cell in window[1:2])]
    if len(columns) > start + _COLUMNS:
        window.append("…")
    return "".join(window)


def _details(finding: Finding) -> Iterator[str]:
    if finding.targets:
        named = list_some([escape(target) for target in finding.targets], _NAMED_TARGETS)
        yield f"{'target' if len(finding.targets) == 1 else 'targets'}: {named}"
    for related in finding.related[:_RELATED]:
        yield f"{cut(redact_urls(related.message), _LONG)} {format_place(related.location)}"
    if others := finding.related[_RELATED:]:
        yield f"and {len(others)} more places"
    if finding.remedy or finding.fixable:
        yield " ".join(filter(None, (cut(redact_urls(finding.remedy), _LONG), _OPTIONS.get(finding.fixable))))
    yield f"oauthgit rules {finding.code}"
