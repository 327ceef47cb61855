"""Render findings in Markdown: the counts, and a table with the worst first."""

from collections.abc import Iterator

from oauthgit.model.finding import Finding, Severity, rank
from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.report import Report, count_findings
from oauthgit.report.markdown.layout import Block, place, prose, some, table

_OPTIONS = {
    "safe": "`oauthgit validate --fix` does this.",
    "unsafe": "`oauthgit validate --unsafe-fixes` applies a likely fix.",
}


def findings(report: Report) -> Iterator[Block]:
    """Yield the counts, the checked objects, and a table of findings not suppressed."""
    reported = [finding for finding in report.findings if finding.suppressed is None]
    yield Block(f"### oauthgit: {count_findings(report.findings)}\n")
    looked_at = report.summary
    yield Block(
        f"{format_count(looked_at.layers, 'layer')}, {format_count(looked_at.targets, 'target')} and "
        f"{format_count(looked_at.servers, 'OAuth server')} checked.\n"
    )
    if reported:
        worst_first = sorted(reported, key=rank)
        rows = ([_what(finding), place(finding.location), _words(finding), _remedy(finding)] for finding in worst_first)
        yield table(("", "where", "what", "what to do"), rows, "finding")


def _what(finding: Finding) -> str:
    severity = finding.severity.label
    marked = f"**{severity}**" if finding.severity is Severity.ERROR else severity
    return f"{marked} {prose(finding.code)}".rstrip()


def _words(finding: Finding) -> str:
    """Return what a finding states; names at the start of a part keep their case."""
    parts = [prose(finding.message), prose(finding.hint)]
    parts += [f"{prose(related.message)} {place(related.location)}" for related in finding.related]
    if finding.targets:
        parts.append(f"{'target' if len(finding.targets) == 1 else 'targets'}: {some(finding.targets)}")
    stated = list(filter(None, parts))
    return " ".join([*(part if _is_ended(part) else f"{part};" for part in stated[:-1]), *map(_end, stated[-1:])])


def _remedy(finding: Finding) -> str:
    return " ".join(filter(None, (_end(prose(finding.remedy)), _OPTIONS.get(finding.fixable))))


def _is_ended(text: str) -> bool:
    return text.endswith((".", "?", "!"))


def _end(text: str) -> str:
    return text if not text or _is_ended(text) else f"{text}."
