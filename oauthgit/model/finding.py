"""Represent findings: problems in the settings, and errors of the tool itself."""

from enum import IntEnum
from typing import Final, NamedTuple

from oauthgit.model.fix import Fix
from oauthgit.model.location import Location

BASELINE: Final = "baseline"
"""The suppression reason of findings that existed before."""


OF_CHANGES: Final = frozenset(("OG008", "OG706", "OG707", "OG708", "OG709", "OG713", "OG714"))
"""Codes that compare a change with its base: no number of other findings may push them out of a report."""
OF_ONE_FILE: Final = 100
"""The number of findings of one kind in one file that are reported one by one."""


class Severity(IntEnum):
    """Order severities as ``--fail-on`` does."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """Return the word for people and for formats."""
        return self.name.lower()


class Related(NamedTuple):
    """Point to a second place of a finding, such as "inherited from"."""

    message: str
    location: Location


class Finding(NamedTuple):
    """Describe one problem at one place.

    A stage sets the first fields; triage sets ``name``, ``severity``, ``suppressed`` and ``fixable``; the pipeline
    sets ``targets``. ``hint`` is shown next to the caret, ``remedy`` is the advice. ``fix`` is the change that the
    program could make. ``fixable`` is ``safe`` or ``unsafe``, empty if there is no fix. ``known_as`` is the
    fingerprint in a report that was read back; the texts of such a finding are escaped already. ``until`` is the last
    day of the suppression, ``comment`` the line of the comment that suppresses; 0 if there is none. No field ever
    contains a secret.
    """

    code: str
    message: str
    location: Location
    hint: str = ""
    remedy: str = ""
    related: tuple[Related, ...] = ()
    targets: tuple[str, ...] = ()
    name: str = ""
    severity: Severity = Severity.ERROR
    suppressed: str | None = None
    fix: Fix | None = None
    fixable: str = ""
    known_as: str = ""
    until: str | None = None
    comment: int = 0

    @property
    def fingerprint(self) -> str:
        """Return a stable identity of 32 hexadecimal digits.

        It does not depend on line numbers, so a finding in moved lines is no new finding.
        """
        if self.known_as:
            return self.known_as
        import hashlib

        parts = (self.code, self.location.file, self.location.pointer, self.message)
        return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]


def rank(finding: Finding) -> tuple[bool, bool, int, str]:
    """Return a sort key: findings about a change first, then by severity.

    Suppressed findings are last.
    """
    is_change = finding.code in OF_CHANGES
    return finding.suppressed is not None, not is_change, -finding.severity, finding.code if is_change else ""


def at_most(findings: list[Finding], most: int = OF_ONE_FILE) -> list[Finding]:
    """Return the first findings of a file, and one that counts the others (OG009)."""
    if len(findings) <= most:
        return findings
    first = findings[most]
    return [*findings[:most], left_out_of_file(len(findings) - most, first.code, first.location)]


def left_out_of_file(count: int, code: str, place: Location, targets: tuple[str, ...] = ()) -> Finding:
    """Return the finding that replaces ``count`` others of a file, from ``place`` on."""
    message = f"{count:,} more findings of this file are left out from here on, such as {code}"
    return Finding("OG009", message, place, remedy="Fix the findings that are reported first.", targets=targets)
