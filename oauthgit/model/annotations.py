"""Turn a report into annotations: text, place and identity of each finding.

Annotations are for formats that have findings only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from oauthgit.model.finding import OF_CHANGES, Finding, Severity, rank
from oauthgit.model.formats.sanitize import defuse, escape, redact_urls
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.model.verdict import Outcome, Verdict

_NAMED_TARGETS: Final = 3
_RELATED: Final = 8
_STOPS: Final = (".", "?", "!")
_FAILED: Final = {Outcome.REJECTED: "OG901", Outcome.UNREACHABLE: "OG906"}
"""The verdicts that fail a run, each with the code of its usual finding."""


def list_worst_first(report: Report) -> list[Finding]:
    """Return findings by rank: about the change first, then by severity.

    Suppressed ones are last. A failed verdict without a finding becomes one, because it fails the run. It can lack
    one because the policy turned the rule off. Drift is listed by its findings.
    """
    spoken_of = {finding.location for finding in report.findings if finding.code.startswith("OG9")}
    untold = [
        _failure(verdict)
        for verdict in report.verdicts or ()
        if verdict.outcome in _FAILED and verdict.location not in spoken_of
    ]
    drifted = report.drift.findings if report.drift else ()
    return sorted((*report.findings, *untold, *drifted), key=rank)


def list_unsuppressed(report: Report) -> list[Finding]:
    """Return the findings of :func:`list_worst_first` without the suppressed ones."""
    return [finding for finding in list_worst_first(report) if finding.suppressed is None]


def select_fitting(findings: Sequence[Finding], most: int, last: Severity) -> tuple[list[Finding], str]:
    """Return the findings that fit, and in words how many more there are.

    ``most`` of each severity fit. If there are more, one less of the severity ``last`` fits, because the words need
    a place of that severity. Findings about a change against its base always fit.
    """
    left = Counter(finding.severity for finding in findings)
    room = dict.fromkeys(Severity, most)
    room[last] -= any(number > most for number in left.values())
    kept = []
    for finding in findings:
        if room[finding.severity] > 0 or finding.code in OF_CHANGES:
            room[finding.severity] -= 1
            left[finding.severity] -= 1
            kept.append(finding)
    more = [f"{left[one]} more {one.label}{'s' if left[one] > 1 else ''}" for one in reversed(Severity) if left[one]]
    return kept, ", ".join(more)


def details(finding: Finding) -> Iterator[str]:
    """Yield the details of a finding beyond its message.

    They are the hint, the targets, other places, and the remedy.
    """
    if finding.hint:
        yield sanitize(finding.hint)
    if finding.targets:
        named = ", ".join(sanitize(target) for target in finding.targets[:_NAMED_TARGETS])
        more = len(finding.targets) - _NAMED_TARGETS
        yield f"{'target' if len(finding.targets) == 1 else 'targets'}: {named}{f' and {more} more' if more > 0 else ''}"
    yield from (
        f"{sanitize(related.message)} {format_location(related.location)}" for related in finding.related[:_RELATED]
    )
    if others := finding.related[_RELATED:]:
        yield f"and {len(others)} more places"
    if finding.remedy:
        yield sanitize(finding.remedy)


def one_line(finding: Finding) -> str:
    """Return the message and the details of a finding as one line.

    The remedy is a sentence, so it follows a full stop.
    """
    parts = [sanitize(finding.message), *details(finding._replace(remedy=""))]
    text = "; ".join(parts)
    if not finding.remedy:
        return text
    return f"{text}{'' if text.endswith(_STOPS) else '.'} {sanitize(finding.remedy)}"


def format_location(location: Location) -> str:
    """Return a place as ``file:line:column``, sanitized."""
    return f"{sanitize(location.file)}:{location.line}:{location.column}"


def format_path(report: Report, file: str) -> str:
    """Return the path of a file from the repository's folder, sanitized."""
    return sanitize(f"{report.folder}/{file}" if report.folder else file)


def sanitize(text: str) -> str:
    """Sanitize text from outside: one line, safe to print in a CI log.

    CI runners execute ``::`` at the start of a line, and ``##[`` and ``##vso[`` anywhere in it; an inserted blank
    prevents that.
    """
    return defuse(redact_urls(text))


def number_fingerprints(findings: Iterable[Finding]) -> list[str]:
    """Return a fingerprint and a number for each finding, such as ``ab12:1``.

    The number distinguishes findings with the same fingerprint.
    """
    given: Counter[str] = Counter()
    names = []
    for finding in findings:
        fingerprint = finding.fingerprint
        given[fingerprint] += 1
        names.append(f"{fingerprint}:{given[fingerprint]}")
    return names


def _failure(verdict: Verdict) -> Finding:
    return Finding(
        verdict.code or _FAILED[verdict.outcome],
        f"{verdict.server} of {verdict.target}: {verdict.reason}"
        + (f" (the server answered {verdict.error})" if verdict.error else ""),
        verdict.location,
        remedy=verdict.remedy,
        targets=(verdict.target,),
        name=escape(verdict.outcome),
        severity=Severity.ERROR,
    )
