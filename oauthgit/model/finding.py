"""Findings: everything that is reported, errors of the tool included."""

from enum import IntEnum
from typing import Final, NamedTuple

from oauthgit.model.fix import Fix
from oauthgit.model.location import Location

BASELINE: Final = "baseline"
"""The reason of findings that are suppressed because they were there before."""


OF_CHANGES: Final = frozenset(("OG008", "OG706", "OG707", "OG708", "OG709", "OG713", "OG714"))
"""Codes that tell what a change does against its base: nothing else in the change, however much, crowds them out."""
OF_ONE_FILE: Final = 100
"""So many findings of one sort in one file are reported one by one."""


class Severity(IntEnum):
    """How bad it is; the order is that of ``--fail-on``."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word that people and formats use."""
        return self.name.lower()


class Related(NamedTuple):
    """A second place that a finding speaks of, such as "inherited from"."""

    message: str
    location: Location


class Finding(NamedTuple):
    """One thing to know, at one place.

    A stage fills the first fields; ``name``, ``severity``, ``suppressed`` and ``fixable`` are set by triage, ``targets``
    by the pipeline. ``hint`` stands beside the caret, ``remedy`` says what to do. ``fix`` is how the program would mend
    it, and ``fixable`` whether that is ``safe`` or ``unsafe``, empty where there is no fix. ``known_as`` is the fingerprint
    that it has in a report which was read back, whose texts are escaped already. No field ever holds a secret.
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

    @property
    def fingerprint(self) -> str:
        """A stable identity of 32 hexadecimal digits: no line number goes into it, so moved code is no new finding."""
        if self.known_as:
            return self.known_as
        import hashlib

        parts = (self.code, self.location.file, self.location.pointer, self.message)
        return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]


def rank(finding: Finding) -> tuple[bool, bool, int, str]:
    """Return what sorts findings by what must be seen: what a change does, then the worst, suppressed ones last."""
    is_change = finding.code in OF_CHANGES
    return finding.suppressed is not None, not is_change, -finding.severity, finding.code if is_change else ""


def at_most(findings: list[Finding], most: int = OF_ONE_FILE) -> list[Finding]:
    """Return the first of findings of one file, and behind them one that counts those that are left out (OG009)."""
    if len(findings) <= most:
        return findings
    first = findings[most]
    return [*findings[:most], left_out_of_file(len(findings) - most, first.code, first.location)]


def left_out_of_file(count: int, code: str, place: Location, targets: tuple[str, ...] = ()) -> Finding:
    """Return the finding that stands for ``count`` others of a file, from ``place`` on."""
    message = f"{count:,} more findings of this file are left out from here on, such as {code}"
    return Finding("OG009", message, place, remedy="Mend those that are reported first.", targets=targets)
