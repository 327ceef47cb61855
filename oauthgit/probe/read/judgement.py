"""What an answer proves: the material of a verdict."""

from typing import NamedTuple

from oauthgit.model.crash import REMEDY, describe_crash
from oauthgit.model.verdict import Outcome


class Judgement(NamedTuple):
    """A verdict before it knows its targets.

    ``code`` is that of the finding, empty for a plain acceptance. ``setting`` is the key of the server that decides.
    ``error`` is the server's own word, not yet fit to be shown.
    """

    outcome: Outcome
    reason: str
    code: str = ""
    setting: str = "token_endpoint"
    remedy: str = ""
    error: str = ""
    connector_status: int | None = None
    lasting: bool = False
    """Whether asking again as this client could only do harm: its credentials were refused."""

    @property
    def works(self) -> bool:
        """Whether the server took the credentials."""
        return self.outcome in {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS}


def accepted(reason: str) -> Judgement:
    """Judge that the credentials work."""
    return Judgement(Outcome.ACCEPTED, reason, connector_status=0)


def remarked(reason: str, code: str, setting: str, remedy: str) -> Judgement:
    """Judge that the credentials work, with something to look at."""
    return Judgement(Outcome.ACCEPTED_WITH_REMARKS, reason, code, setting, remedy, connector_status=0)


def rejected(reason: str, code: str, setting: str, remedy: str) -> Judgement:
    """Judge that the server refuses these credentials or this use of them."""
    return Judgement(Outcome.REJECTED, reason, code, setting, remedy, connector_status=-1)


def unreachable(reason: str, code: str, setting: str, remedy: str) -> Judgement:
    """Judge that no token endpoint answered, so that nothing is known of the credentials."""
    return Judgement(Outcome.UNREACHABLE, reason, code, setting, remedy, connector_status=-1)


def inconclusive(reason: str, remedy: str, setting: str = "token_endpoint") -> Judgement:
    """Judge that an answer came which proves nothing about the secret."""
    return Judgement(Outcome.INCONCLUSIVE, reason, "OG907", setting, remedy)


def not_run(reason: str, setting: str, remedy: str) -> Judgement:
    """Judge that nothing was asked."""
    return Judgement(Outcome.NOT_RUN, reason, "OG908", setting, remedy)


def crashed(error: Exception, setting: str = "token_endpoint") -> Judgement:
    """Judge that a bug of our own kept an answer from being judged."""
    reason = f"{describe_crash(error)} kept this from being judged"
    return Judgement(Outcome.INCONCLUSIVE, reason, "OG002", setting, REMEDY)
