"""Represent verdicts: the result of a smoke test for one credential of one target."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from oauthgit.model.location import Location


class Outcome(StrEnum):
    """Name the six verdicts; the first two mean that the credentials work."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_REMARKS = "accepted-with-remarks"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not-run"


class Stamp(NamedTuple):
    """State the origin of a verdict.

    ``version`` is that of oauthgit, ``time`` in UTC, ``settings`` a digest of what was tested.

    ``commit`` is empty outside of a repository.
    """

    commit: str
    version: str
    time: str
    settings: str


class Verdict(NamedTuple):
    """Hold one line of the table of verdicts.

    ``error`` is the server's own error code (RFC 6749 section 5.2), escaped and shortened, or empty. ``location``
    is the setting that decides. ``connector_status`` is the status in the platform's connector: 0, -1, -2, -3, or
    None if unknown. ``milliseconds`` is None if nothing was sent. ``sandbox`` is true if the sandbox answered.
    ``code`` is that of the finding for the verdict, empty if there is none; ``remedy`` is the advice.
    ``stamp`` is None if nothing was tested, or if an older version wrote it. ``claimed`` is true if the verdict was read
    from a report: nobody signed that.
    """

    target: str
    server: str
    grant: str
    outcome: Outcome
    reason: str
    location: Location
    error: str = ""
    connector_status: int | None = None
    milliseconds: int | None = None
    sandbox: bool = False
    code: str = ""
    remedy: str = ""
    stamp: Stamp | None = None
    claimed: bool = False

    def explain(self, prose: Callable[[str], str], code: Callable[[str], str]) -> str:
        """Return the reason, an error code that it does not contain yet, and the status.

        ``prose`` and ``code`` make text from outside safe for a reader.
        """
        is_reported = not self.error or self.outcome is Outcome.ACCEPTED or self.error in self.reason
        error = "" if is_reported else f" ({code(self.error)})"
        status = f"; the connector would show {self.connector_status}" if self.connector_status else ""
        return f"{prose(self.reason)}{error}{status}"
