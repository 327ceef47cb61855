"""Verdicts as findings: one for everything that is not plainly accepted."""

from collections.abc import Iterable

from oauthgit.model.finding import Finding
from oauthgit.model.verdict import Verdict


def report(verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """Return a finding for each verdict that has something to tell, in the order of the verdicts.

    Verdicts that say the same of the same place become one finding that names all their targets.
    """
    groups: dict[tuple[object, ...], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.code:
            same = (verdict.code, verdict.location, verdict.server, verdict.reason, verdict.error)
            groups.setdefault(same, []).append(verdict)
    return tuple(_finding(group) for group in groups.values())


def _finding(verdicts: list[Verdict]) -> Finding:
    first = verdicts[0]
    targets = tuple(dict.fromkeys(verdict.target for verdict in verdicts))
    others = len(targets) - 1
    more = f" and {others} more target{'s' if others > 1 else ''}" if others else ""
    said = f" (the server says {first.error})" if first.error else ""
    status = f"the platform's connector would show {first.connector_status}" if first.connector_status else ""
    return Finding(
        code=first.code,
        message=f"{first.server} of {targets[0]}{more}: {first.reason}{said}",
        location=first.location,
        hint=status,
        remedy=first.remedy,
        targets=targets,
    )
