"""What a report tells in sinks that know findings only: one text, one place and one identity for each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from oauthgit.model.finding import OF_CHANGES, Finding, Severity, rank
from oauthgit.model.formats.sanitize import printable, shown, unheard
from oauthgit.model.location import Location
from oauthgit.model.report import Report
from oauthgit.model.verdict import Outcome, Verdict

_NAMED_TARGETS: Final = 3
_RELATED: Final = 8
_FAILED: Final = {Outcome.REJECTED: "OG901", Outcome.UNREACHABLE: "OG906"}
"""The verdicts that fail a run, each with the finding that mostly tells of it."""


def worst_first(report: Report) -> list[Finding]:
    """Return all there is to tell as findings: what a change does, then the worst, suppressed ones last.

    Findings tell of every verdict that is worth it, unless the policy has switched them off; a failed verdict of which
    none tells becomes one, for it fails the run all the same.
    """
    spoken_of = {finding.location for finding in report.findings if finding.code.startswith("OG9")}
    untold = [
        _failure(verdict)
        for verdict in report.verdicts or ()
        if verdict.outcome in _FAILED and verdict.location not in spoken_of
    ]
    return sorted((*report.findings, *untold), key=rank)


def counting(report: Report) -> list[Finding]:
    """Return what :func:`worst_first` does without the suppressed ones."""
    return [finding for finding in worst_first(report) if finding.suppressed is None]


def fitting(findings: Sequence[Finding], most: int, last: Severity) -> tuple[list[Finding], str]:
    """Return the findings that fit where ``most`` of each severity do, and in words how many more there are.

    Where there are more, one less of the severity ``last`` fits, for the words take a place of that kind. What a change
    does against its base always fits.
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


def notes(finding: Finding) -> Iterator[str]:
    """Yield what there is to say beyond the message: the hint, whom it concerns, other places, and what to do."""
    if finding.hint:
        yield inert(finding.hint)
    if finding.targets:
        named = ", ".join(inert(target) for target in finding.targets[:_NAMED_TARGETS])
        more = len(finding.targets) - _NAMED_TARGETS
        yield f"{'target' if len(finding.targets) == 1 else 'targets'}: {named}{f' and {more} more' if more > 0 else ''}"
    yield from (f"{inert(related.message)} {place(related.location)}" for related in finding.related[:_RELATED])
    if others := finding.related[_RELATED:]:
        yield f"and {len(others)} more places"
    if finding.remedy:
        yield inert(finding.remedy)


def place(location: Location) -> str:
    """Return a place in words: ``file:line:column``."""
    return f"{inert(location.file)}:{location.line}:{location.column}"


def path(report: Report, file: str) -> str:
    """Return the path of a file from the repository's folder, as CI systems want it, fit to be read."""
    return inert(f"{report.folder}/{file}" if report.folder else file)


def inert(text: str) -> str:
    """Return text from outside fit for any reader, on one line, and speaking to no CI runner that prints it.

    Runners read ``::`` at the beginning of a line, and ``##[`` and ``##vso[`` anywhere in it; a blank stops them.
    """
    return unheard(shown(text))


def identities(findings: Iterable[Finding]) -> list[str]:
    """Return for each finding its fingerprint and a number that tells it from equal ones before it, as ``ab12:1``."""
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
        + (f" (the server says {verdict.error})" if verdict.error else ""),
        verdict.location,
        remedy=verdict.remedy,
        targets=(verdict.target,),
        name=printable(verdict.outcome),
        severity=Severity.ERROR,
    )
