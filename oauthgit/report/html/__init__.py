"""Render a self-contained HTML page that is readable without script."""

from typing import Final

from oauthgit.model.report import Report
from oauthgit.report.html.changes import write_changes
from oauthgit.report.html.document import write_document
from oauthgit.report.html.expiry import write_expiry
from oauthgit.report.html.findings import write_findings
from oauthgit.report.html.footer import write_footer
from oauthgit.report.html.header import write_header
from oauthgit.report.html.markup import element
from oauthgit.report.html.matrix import write_matrix
from oauthgit.report.html.settings import write_settings
from oauthgit.report.html.verdicts import write_other_verdicts
from oauthgit.report.html.view import arrange

PARTS: Final = frozenset({"findings", "verdicts", "targets", "differences"})
"""The parts of a report that this format can show."""


def render(report: Report) -> str:
    """Return the page; its bytes depend on the report only."""
    view = arrange(report)
    sections = [
        ("matrix", "Matrix", write_matrix(view)),
        ("others", "Other verdicts", write_other_verdicts(view)),
        ("expiry", "Expiry", write_expiry(view)),
        ("findings", "Findings", write_findings(view)),
        ("changes", "Changes", write_changes(view)),
        ("settings", "Settings", write_settings(view)),
    ]
    shown = [section for section in sections if section[2]]
    header = write_header(view, [(id_, title) for id_, title, _ in shown])
    main = element("main", *(content for _, _, content in shown))
    title = " · ".join(filter(None, ("OAuth settings", view.page.source.repository)))
    return write_document(title, f"{header}\n{main}\n{write_footer(view)}")


def to_ascii(text: str) -> str:
    """Return the page in ASCII, with references for other characters."""
    return text.encode("ascii", "xmlcharrefreplace").decode()
