"""Join the findings about smoke tests that would not run to one notice."""

from collections.abc import Mapping, Sequence
from typing import Final

from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.smoke_gate import TARGET

CODES: Final = {"OG451": True, "OG452": False}
"""The codes, each with True if it is about production."""
_REASONS: Final = 3


def join_refusals(
    findings: Sequence[Finding], servers: Mapping[str, int], environments: Mapping[str, str | None]
) -> list[Finding]:
    """Return ``findings`` with one notice of each code, which groups the reasons.

    ``servers`` are the numbers of servers of the targets that run. Suppressed findings stay as they are.
    """
    joined = []
    for code, is_production in CODES.items():
        found = [each for each in findings if each.code == code and each.suppressed is None and _running(each, servers)]
        running = (target for target in servers if (environments.get(target) == "production") is is_production)
        if found:
            joined.append(
                _notice(found, servers, sum(servers[target] for target in running), is_production=is_production)
            )
    others = [finding for finding in findings if finding.code not in CODES or finding.suppressed is not None]
    return [*others, *joined]


def _notice(found: Sequence[Finding], servers: Mapping[str, int], tests: int, *, is_production: bool) -> Finding:
    where = "in production" if is_production else "outside production"
    by_reason: dict[str, list[Finding]] = {}
    for finding in sorted(found, key=lambda each: each.location[:5]):
        by_reason.setdefault(finding.message, []).append(finding)
    counts = {reason: sum(len(_running(each, servers)) for each in same) for reason, same in by_reason.items()}
    first, *others = sorted(by_reason, key=lambda reason: -counts[reason])
    listed = (first, *others[: _REASONS - 1])
    words = first if not others else "; ".join(f"{reason} ({counts[reason]})" for reason in listed)
    more = f"; and {format_count(len(others) + 1 - len(listed), 'more reason')}" if len(others) >= _REASONS else ""
    remedies = dict.fromkeys(
        by_reason[reason][0].remedy.replace(TARGET, by_reason[reason][0].targets[0]) for reason in listed
    )
    targets = dict.fromkeys(target for finding in found for target in _running(finding, servers))
    return by_reason[first][0]._replace(
        message=f"smoke would not run {sum(counts.values())} of {format_count(tests, 'test')} {where}: {words}{more}",
        remedy=" ".join(remedies),
        related=tuple(Related(reason, by_reason[reason][0].location) for reason in listed[1:]),
        targets=tuple(targets),
    )


def _running(finding: Finding, servers: Mapping[str, int]) -> list[str]:
    return [target for target in finding.targets if target in servers]
