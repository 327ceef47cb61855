"""Findings: everything that is reported, errors of the tool included."""

from enum import IntEnum
from typing import NamedTuple

from oauthgit.model.fix import Fix
from oauthgit.model.location import Location


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
    it, and ``fixable`` whether that is ``safe`` or ``unsafe``, empty where there is no fix. No field ever holds a secret.
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

    @property
    def fingerprint(self) -> str:
        """A stable identity of 32 hexadecimal digits: no line number goes into it, so moved code is no new finding."""
        import hashlib

        parts = (self.code, self.location.file, self.location.pointer, self.message)
        return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]
