"""Join the findings about smoke tests that would not run to one notice."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from oauthgit.model.finding import Finding, Related
from oauthgit.model.formats.json_pointer import join, split
from oauthgit.model.formats.sanitize import format_count
from oauthgit.model.smoke_gate import TARGET

_PRODUCTION: Final = "OG451"
_CODES: Final = (_PRODUCTION, "OG452")
_OTHER_CLIENT: Final = "OG305"
"""A client without a secret of its own; the inherited one is not to be sent to its server."""
_REASONS: Final = 3


def join_refusals(findings: Sequence[Finding], servers: Mapping[str, int], blocked: Collection[str]) -> list[Finding]:
    """Return ``findings`` with one notice that groups the reasons of the tests.

    Its code is that of production if one of the tests is of production. ``servers`` are the numbers of servers of the
    targets that run. Suppressed findings stay as they are. A refusal that follows from another finding is left out: its
    target is ``blocked``, or the setting has a finding of its own.
    """
    found: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        (found if finding.code in _CODES and finding.suppressed is None else others).append(finding)
    places = {(finding.location.file, finding.location.line) for finding in others}
    causes = [finding for finding in others if finding.code == _OTHER_CLIENT]
    concerned = {(target, _server(finding)) for finding in causes for target in finding.targets}
    counted = {target: number for target, number in servers.items() if target not in blocked}
    found = [finding for finding in found if (finding.location.file, finding.location.line) not in places]
    found = [
        each._replace(
            targets=tuple(
                target for target in each.targets if target in counted and (target, _server(each)) not in concerned
            )
        )
        for each in found
    ]
    found = [finding for finding in found if finding.targets]
    return [*others, _notice(found, sum(counted.values()))] if found else others


def _notice(found: Sequence[Finding], tests: int) -> Finding:
    by_reason: dict[str, list[Finding]] = {}
    for finding in sorted(found, key=lambda each: (each.code, each.location[:5])):
        by_reason.setdefault(finding.message, []).append(finding)
    count = {reason: _count(same) for reason, same in by_reason.items()}
    first, *others = sorted(by_reason, key=lambda reason: (by_reason[reason][0].code, -count[reason]))
    listed = (first, *others[: _REASONS - 1])
    words = first if not others else "; ".join(f"{reason} ({count[reason]})" for reason in listed)
    if len(others) >= _REASONS:
        words += f"; and {format_count(len(others) + 1 - _REASONS, 'more reason')}"
    refused, of_production = _count(found), _count([each for each in found if each.code == _PRODUCTION])
    where = f", {of_production} of them in production" if 0 < of_production < refused else ""
    where = ", in production" if of_production == refused else where
    remedies = dict.fromkeys(
        each.remedy.replace(TARGET, each.targets[0]) for each in (by_reason[one][0] for one in listed)
    )
    return by_reason[first][0]._replace(
        message=f"smoke would not run {refused} of {format_count(tests, 'test')}{where}: {words}",
        remedy=" ".join(remedies),
        related=tuple(Related(reason, by_reason[reason][0].location) for reason in listed[1:]),
        targets=tuple(dict.fromkeys(target for finding in found for target in finding.targets)),
    )


def _server(finding: Finding) -> str:
    """Return the pointer of the server that a finding is about, or the whole pointer."""
    pointer = split(finding.location.pointer)[:2]
    return join(*pointer)


def _count(found: Sequence[Finding]) -> int:
    return sum(len(finding.targets) for finding in found)
