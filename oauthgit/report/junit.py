"""Render JUnit XML in the format of Jenkins, GitLab and Azure Pipelines.

The schema is that of Jenkins (junit-10.xsd). A suite is a target with its verdicts, or a file with its findings. The
result of a case follows the exit code: Jenkins calls a build unstable for one failure, and GitLab and Azure Pipelines
show it in red. So a failure is a finding or verdict that fails the run by default, and an error is a server that could
not be called. Warnings and notes pass; their names and output state the severity. Suppressed findings, and verdicts
that prove nothing, are skipped. GitLab shows only one of several cases with the same name, so names are unique. They
contain no line, because test histories use the name.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count
from typing import Final, NamedTuple

from oauthgit.model.finding import Finding, Severity
from oauthgit.model.formats.lazy_regex import regex
from oauthgit.model.formats.sanitize import list_some, readable_pointer, redact_urls
from oauthgit.model.location import Location, format_place
from oauthgit.model.report import Report
from oauthgit.model.verdict import Outcome, Verdict

PARTS: Final = frozenset({"findings", "verdicts"})
"""The parts of a report that this format can show."""

# CI runners that print the file execute "::", "##[" and "##vso["; GitLab and Jenkins attach a file for
# "[[ATTACHMENT|path]]". A blank between the characters prevents both, in the file and in its parsed text.
_COMMAND: Final = regex(r"^[^\S\n]*:(?=:)|#(?=#\w*\[)|\[(?=\[)", re.MULTILINE)
_ELEMENTS: Final = {
    Outcome.ACCEPTED: "system-out",
    Outcome.ACCEPTED_WITH_REMARKS: "system-out",
    Outcome.REJECTED: "failure",
    Outcome.UNREACHABLE: "error",
    Outcome.INCONCLUSIVE: "skipped",
    Outcome.NOT_RUN: "skipped",
}
_NAMED_TARGETS: Final = 3
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


class _Case(NamedTuple):
    """Describe one test case; a passed one has output only.

    ``element`` is its result.
    """

    suite: str
    name: str
    element: str
    type: str
    message: str
    lines: tuple[str, ...] = ()
    milliseconds: int = 0


def render(report: Report) -> str:
    """Return a suite for every tested target and for every file with findings."""
    verdicts = report.verdicts or ()
    reported = _reported(verdicts)
    cases = [_of_verdict(verdict) for verdict in verdicts]
    cases += [_of_finding(finding) for finding in report.findings if _has_news(finding, reported)]
    cases = cases or [_nothing(report)]
    suites: dict[str, list[_Case]] = {}
    for case in cases:
        suites.setdefault(_inline(case.suite), []).append(case)
    counts = _counts(cases, ("failure", "error"))
    body = "".join(_suite(name, members) for name, members in suites.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="oauthgit"{counts}>\n{body}</testsuites>\n'


def to_ascii(text: str) -> str:
    """Return the report with character references, the same XML in any encoding."""
    return text.encode("ascii", "xmlcharrefreplace").decode()


def _of_verdict(verdict: Verdict) -> _Case:
    sandbox = " (sandbox)" if verdict.sandbox else ""
    return _Case(
        suite=verdict.target,
        name=f"{verdict.server} {verdict.grant}{sandbox}",
        element=_ELEMENTS[verdict.outcome],
        type=verdict.code or str(verdict.outcome),
        message=f"{verdict.outcome}{sandbox}: {verdict.reason}",
        lines=(
            format_place(verdict.location),
            *((f"the server answered {verdict.error}",) if verdict.error else ()),
            *((f"the connector would show {verdict.connector_status}",) if verdict.connector_status else ()),
            *((verdict.remedy,) if verdict.remedy else ()),
        ),
        milliseconds=verdict.milliseconds or 0,
    )


def _of_finding(finding: Finding) -> _Case:
    element = "failure" if finding.severity is Severity.ERROR else "system-out"
    message = f"{finding.severity.label}: {finding.message}"
    if finding.suppressed is not None:
        element, message = "skipped", f"suppressed ({finding.suppressed}): {finding.message}"
    return _Case(
        suite=finding.location.file,
        name=f"{finding.severity.label} {finding.code} {finding.name} {readable_pointer(finding.location.pointer)}".rstrip(),
        element=element,
        type=finding.code,
        message=message,
        lines=(
            format_place(finding.location),
            *((finding.hint,) if finding.hint else ()),
            *((f"targets: {list_some(finding.targets, _NAMED_TARGETS)}",) if finding.targets else ()),
            *(f"{related.message} {format_place(related.location)}" for related in finding.related),
            *((finding.remedy,) if finding.remedy else ()),
        ),
    )


def _reported(verdicts: Iterable[Verdict]) -> dict[tuple[str, Location], bool]:
    """Return the codes and places of the verdicts, with True if one of them fails."""
    reported: dict[tuple[str, Location], bool] = {}
    for verdict in verdicts:
        if verdict.code:
            same = (verdict.code, verdict.location)
            reported[same] = reported.get(same, False) or _ELEMENTS[verdict.outcome] in {"failure", "error"}
    return reported


def _has_news(finding: Finding, reported: Mapping[tuple[str, Location], bool]) -> bool:
    """Return True if no verdict replaces a finding.

    A verdict replaces it if it has the same code and place. It must fail too, if the policy makes the finding an
    error.
    """
    fails = reported.get((finding.code, finding.location))
    return fails is None or not (fails or finding.suppressed is not None or finding.severity < Severity.ERROR)


def _nothing(report: Report) -> _Case:
    """Return the only case of a report without any, because an empty file is invalid."""
    if report.verdicts is not None:
        return _Case("oauthgit", "smoke tests", "skipped", "not-run", "no smoke test ran, so nothing is proven")
    if not report.summary.layers:
        return _Case("oauthgit", "findings", "skipped", "not-run", "there is no layer, so nothing was checked")
    layers, targets, servers, _ = report.summary
    looked_at = f"layers: {layers}, targets: {targets}, OAuth servers: {servers}"
    return _Case("oauthgit", "findings", "system-out", "checked", f"nothing found; {looked_at}")


def _suite(name: str, cases: Sequence[_Case]) -> str:
    counts = _counts(cases, ("failure", "error", "skipped"))
    given: set[str] = set()
    lines = [f'  <testsuite name="{name}"{counts}>\n']
    for case in cases:
        called = _inline(case.name)
        numbered = (f"{called} ({number})" for number in count(2))
        unique = next(each for each in chain([called], numbered) if each not in given)
        given.add(unique)
        start = f'    <testcase classname="{name}" name="{unique}" time="{_seconds([case])}">'
        lines.append(f"{start}\n      {_outcome(case)}\n    </testcase>\n")
    return "".join((*lines, "  </testsuite>\n"))


def _outcome(case: _Case) -> str:
    body = _escape("\n".join(redact_urls(line) for line in (case.message, *case.lines)))
    if case.element == "system-out":
        return f"<system-out>{body}</system-out>"
    return f'<{case.element} type="{_inline(case.type)}" message="{_inline(case.message)}">{body}</{case.element}>'


def _counts(cases: Sequence[_Case], elements: Sequence[str]) -> str:
    names = {"failure": "failures", "error": "errors", "skipped": "skipped"}
    counts = {names[element]: sum(case.element == element for case in cases) for element in elements}
    numbers = {"tests": len(cases), **counts}
    return "".join(f' {name}="{number}"' for name, number in numbers.items()) + f' time="{_seconds(cases)}"'


def _seconds(cases: Iterable[_Case]) -> str:
    return f"{sum(case.milliseconds for case in cases) / 1000:.3f}"


def _inline(text: str) -> str:
    return _escape(redact_urls(text))


def _escape(text: str) -> str:
    """Escape text for XML 1.0 and for CI runners.

    :func:`redact_urls` must have escaped it before, because XML forbids control characters.
    """
    return re.sub('[&<>"]', lambda match: _ESCAPES[match[0]], _COMMAND.sub(lambda match: f"{match[0]} ", text))
