"""A comment that speaks to this tool: ``# oauthgit: ignore[OG301] reason until=2027-01-31``."""

from typing import NamedTuple

from oauthgit.model.location import Location


class Directive(NamedTuple):
    """What a comment asks to be suppressed; nothing says yet that it may be.

    ``location`` is the comment, ``line`` the line it concerns: its own, or the next one that holds something; 0 if none
    follows. ``codes`` are paired with their places. ``until`` is an ISO date, the last day on which it counts. ``fault``
    says why the comment cannot be understood; then the other fields are empty.
    """

    location: Location
    line: int = 0
    codes: tuple[tuple[str, Location], ...] = ()
    reason: str = ""
    until: str | None = None
    fault: str = ""
