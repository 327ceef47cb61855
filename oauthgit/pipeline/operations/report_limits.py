"""How much a report has room for: what is beyond is counted, or refused where a cut document would mislead a program."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from oauthgit.discover.placing import CONFIGS, POLICY
from oauthgit.model.errors import UnusableError
from oauthgit.model.finding import Finding, rank
from oauthgit.model.location import Location
from oauthgit.model.settings import Settings
from oauthgit.pipeline.findings import grade
from oauthgit.triage import in_order

if TYPE_CHECKING:
    from oauthgit.model.difference import Differences

MOST: Final = 4_999
"""Findings of a report; with the one that counts the others they are what SARIF has room for."""
TARGETS: Final = 100_000
"""Targets that all of them name together."""
CHANGES: Final = 15_000
"""Changed settings of a JSON document."""
SIZE: Final = 16_000_000
"""Characters of effective settings."""
_SETTING: Final = 50
"""Characters that stand around a value: its name, and where it comes from."""


def with_room(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Return the findings that a report has room for, in their order, and one for what is left out (OG009).

    What a change does against its base has the first claim to a place, then the worst.
    """
    words = []
    if len(findings) > MOST:
        ranks = sorted(range(len(findings)), key=lambda number: rank(findings[number]))
        left = Counter(findings[number].severity for number in ranks[MOST:])
        listed = ", ".join(f"{left[one]:,} {one.label}{'s' * (left[one] > 1)}" for one in sorted(left, reverse=True))
        words.append(f"{left.total():,} findings are left out of this report, the mildest: {listed}")
        findings = [findings[number] for number in sorted(ranks[:MOST])]
    named = sum(len(finding.targets) for finding in findings)
    if named > TARGETS:
        each = TARGETS // len(findings)
        findings = [finding._replace(targets=finding.targets[:each]) for finding in findings]
        words.append(f"each finding names at most {each:,} of its targets, and {named:,} would be named in all")
    if not words:
        return findings
    more = Finding(
        "OG009", "; ".join(words), Location(f"{CONFIGS}/{POLICY}"), remedy="Mend the others first, or name paths."
    )
    return in_order([*grade([more]), *findings])


def check_changes(differences: "Differences") -> None:
    """Refuse differences that are too many for one JSON document.

    Raises:
        UnusableError: There are more than 15,000.

    """
    changes = sum(len(target.changes) for target in differences.targets)
    if changes > CHANGES:
        raise UnusableError(
            f"{changes:,} settings differ, which is too much for one document; --format text lists them all, or compare "
            "smaller steps, such as one commit after another"
        )


def check_size(targets: Iterable[Settings]) -> None:
    """Refuse effective settings that are too large for one document.

    Raises:
        UnusableError: They have more than 16 million characters.

    """
    known: dict[int, int] = {}
    total = 0
    for settings in targets:
        total += len(str(settings.data.get("redirect_uri")))
        for server in settings.servers.values():
            if id(server) not in known:
                known[id(server)] = sum(_SETTING + len(str(value)) for value in server.values())
            total += known[id(server)]
    if total > SIZE:
        raise UnusableError(
            f"the effective settings of all targets have about {total:,} characters, which is too large for one document; "
            "name targets"
        )
