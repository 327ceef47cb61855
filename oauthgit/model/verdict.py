"""Verdicts: what a smoke test proved about one credential of one target."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from oauthgit.model.location import Location


class Outcome(StrEnum):
    """The six verdicts; only the first two say that the credentials work."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_REMARKS = "accepted-with-remarks"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not-run"


class Verdict(NamedTuple):
    """One line of the table of verdicts.

    ``error`` is the server's own error code (RFC 6749 section 5.2), escaped and shortened, or empty. ``location`` is
    the setting that decides. ``connector_status`` is what the platform's connector would show: 0, -1, -2, -3, or None
    where that is unknown. ``milliseconds`` is None where nothing was sent. ``sandbox`` says that the answer is the sandbox's.
    ``code`` is that of the finding which tells of it, empty where there is nothing to tell; ``remedy`` says what to do.
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

    def explain(self, prose: Callable[[str], str], code: Callable[[str], str]) -> str:
        """Return the reason, an error code that is not told yet, and the status.

        ``prose`` and ``code`` make text from outside fit for a reader.
        """
        told = not self.error or self.outcome is Outcome.ACCEPTED or self.error in self.reason
        error = "" if told else f" ({code(self.error)})"
        status = f"; the connector would show {self.connector_status}" if self.connector_status else ""
        return f"{prose(self.reason)}{error}{status}"
