"""Text: what people read in a terminal and in the log of a CI job."""

import re
from typing import Final

from oauthgit.model.regex import regex
from oauthgit.model.report import Report
from oauthgit.report.text import findings

PARTS: Final = frozenset({"findings", "verdicts", "targets", "explanations", "secrets", "requests"})
"""The parts of a report that this format can show."""

# The runner of GitHub reads "::" at the start of a line and "##[" anywhere in it, the agent of Azure Pipelines "##vso["
# anywhere, TeamCity "##teamcity[": text from outside must not speak to them.
_COMMAND: Final = regex(r"^[^\S\n]*:(?=:)|#(?=#\w*\[)", re.MULTILINE)


def render(report: Report) -> str:
    """Return the parts that the report has, as paragraphs; findings and the counts stand last, where they are seen."""
    paragraphs = []
    if report.requests is not None:
        from oauthgit.report.text.requests import requests

        paragraphs.append(requests(report.requests))
    if report.verdicts is not None:
        from oauthgit.report.text import verdicts

        paragraphs.append(verdicts.verdicts(report.verdicts))
    if report.targets is not None:
        from oauthgit.report.text import targets

        paragraphs.append(targets.targets(report.targets))
    if report.explanations is not None:
        from oauthgit.report.text import explanations

        paragraphs.append(explanations.explanations(report.explanations))
    if report.secrets is not None:
        from oauthgit.report.text import secrets

        paragraphs.append(secrets.secrets(report.secrets))
    paragraphs.append(findings.findings(report))
    if report.findings or all(part is None for part in (report.targets, report.explanations, report.secrets)):
        counts = findings.summary(report)
        asked = verdicts.summary(report.verdicts, report.conditions) if report.verdicts is not None else ""
        paragraphs.append(counts + asked)
    return _COMMAND.sub(lambda match: f"{match[0]} ", "\n".join(filter(None, paragraphs)))
