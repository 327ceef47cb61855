"""Render a checklist for the platform's screens: new values beside old ones.

An entry is a screen, and below it the fields with their new values, the secret last. Fields that follow from a branch have
an entry of their own: they are compared, not typed. Only settings with a field on the platform are listed. A text that
looks like one of our notes in brackets is quoted as in JSON.
"""

from typing import Final

from oauthgit.model.formats.sanitize import defuse
from oauthgit.model.report import Report

PARTS: Final = frozenset({"differences", "drift"})
"""The parts of a report that this format can show."""


def render(report: Report) -> str:
    """Return an entry for every screen to edit, those of production first."""
    parts = []
    if report.differences is not None:
        from oauthgit.report.checklist.differences import differences

        parts += differences(report.differences)
    if report.drift is not None:
        from oauthgit.report.checklist.drift import drift

        parts += drift(report.drift)
    return defuse("\n".join(parts))
