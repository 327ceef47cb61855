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
    words = [_sentence(prose(finding.message))]
    if finding.hint:
        words.append(_sentence(prose(finding.hint)))
    words += [_sentence(f"{prose(related.message)} {place(related.location)}") for related in finding.related]
    if finding.targets:
        words.append(f"{'Target' if len(finding.targets) == 1 else 'Targets'}: {some(finding.targets)}.")
    return " ".join(words)


def _remedy(finding: Finding) -> str:
    return " ".join(filter(None, (_sentence(prose(finding.remedy)), _OPTIONS.get(finding.fixable))))


def _sentence(text: str) -> str:
    """Return ``text`` with a capital and a full stop, if words are at its ends."""
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "?", "!")) else ".")
