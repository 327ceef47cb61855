"""Represent a suppression comment: ``# oauthgit: ignore[OG301] reason``.

It may end in a day: ``until=2027-01-31``.
"""

from typing import NamedTuple

from oauthgit.model.location import Location


class Suppression(NamedTuple):
    """Represent a suppression comment; triage decides if the suppression is allowed.

    ``location`` is the comment. ``line`` is the line it applies to: its own, or the next line with content; 0 if
    none follows. ``codes`` are pairs of a code and its place. ``until`` is an ISO date, the last day on which the
    comment counts. ``fault`` is the reason if the comment cannot be parsed; then the other fields are empty.
    """

    location: Location
    line: int = 0
    codes: tuple[tuple[str, Location], ...] = ()
    reason: str = ""
    until: str | None = None
    problem: str = ""
