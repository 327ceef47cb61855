"""Describe the meaning of an answer, without its targets."""

from typing import Final, NamedTuple

from oauthgit.model.crash import REMEDY, describe_crash
from oauthgit.model.verdict import Outcome

LOGIN_COMMAND: Final = "{login}"
"""Stands in a remedy for the command that logs in with a person."""


class Judgement(NamedTuple):
    """Hold the parts of a verdict that do not depend on its targets.

    ``code`` is the code of the finding, empty for a plain acceptance. ``setting`` is the key of the server at fault.
    ``error`` is the server's error code, which may contain a secret: pass it to ``redact_error`` before it is shown.
    """

    outcome: Outcome
    reason: str
    code: str = ""
    setting: str = "token_endpoint"
    remedy: str = ""
    error: str = ""
    connector_status: int | None = None
    lasting: bool = False
    """True if further requests as this client could only do harm: its credentials were rejected."""

    @property
    def works(self) -> bool:
        """Return True if the server accepted the credentials."""
        return self.outcome in {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS}


def judge_accepted(reason: str) -> Judgement:
    """Judge that the credentials work."""
    return Judgement(Outcome.ACCEPTED, reason, connector_status=0)


def judge_accepted_with_remarks(reason: str, code: str, setting: str, remedy: str) -> Judgement:
    """Judge that the credentials work, with a remark."""
    return Judgement(Outcome.ACCEPTED_WITH_REMARKS, reason, code, setting, remedy, connector_status=0)


def judge_login_unproven(reason: str) -> Judgement:
    """Judge that only the login of a user shows if it works."""
    words = f"login not proven: {reason}"
    remedy = f"Run {LOGIN_COMMAND} to log in once as a user. No correction is needed here."
    return judge_accepted_with_remarks(words, "OG919", "authorization_endpoint", remedy)


def judge_rejected(reason: str, code: str, setting: str, remedy: str) -> Judgement:
    """Judge that the server rejects these credentials or this use of them."""
    return Judgement(Outcome.REJECTED, reason, code, setting, remedy, connector_status=-1)


def judge_unreachable(reason: str, code: str, setting: str, remedy: str) -> Judgement:
    """Judge that no token endpoint answered; this proves nothing about credentials."""
    return Judgement(Outcome.UNREACHABLE, reason, code, setting, remedy, connector_status=-1)


def judge_inconclusive(reason: str, remedy: str, setting: str = "token_endpoint") -> Judgement:
    """Judge that the answer proves nothing about the secret."""
    return Judgement(Outcome.INCONCLUSIVE, reason, "OG907", setting, remedy)


def judge_not_run(reason: str, setting: str, remedy: str) -> Judgement:
    """Judge that no request was sent."""
    return Judgement(Outcome.NOT_RUN, reason, "OG908", setting, remedy)


def judge_crashed(error: Exception, setting: str = "token_endpoint") -> Judgement:
    """Judge that a bug in oauthgit prevented the judgement of an answer."""
    reason = f"{describe_crash(error)} prevented the judgement of this answer"
    return Judgement(Outcome.INCONCLUSIVE, reason, "OG002", setting, REMEDY)
