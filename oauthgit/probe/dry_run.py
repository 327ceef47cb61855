"""Build the first requests of a run without sending them (``--dry-run``).

They are equal to the real requests, with the secrets removed.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from oauthgit.model.credential import CredentialUser
from oauthgit.model.planned_request import PlannedRequest
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Verdict
from oauthgit.probe.judge.exchange import RequestKind
from oauthgit.probe.judge.judgement import judge_not_run
from oauthgit.probe.limits import Limits
from oauthgit.probe.plan import Plan
from oauthgit.probe.requests import Request, request_login, request_metadata
from oauthgit.probe.runner.session import SessionResult, request_of
from oauthgit.probe.runner.verdicts import RunLog, make_verdicts

_AFTER_A_LOGIN: Final = 1
_UNSENT: Final = SessionResult(judge_not_run("dry run: nothing was sent", "token_endpoint", "")._replace(code=""))


class DryRun(NamedTuple):
    """Hold the requests of a plan, and a ``not-run`` verdict for each user."""

    requests: tuple[PlannedRequest, ...]
    verdicts: tuple[Verdict, ...]


def list_first_requests(plan: Plan, targets: Sequence[Settings], limits: Limits) -> DryRun:
    """Return the requests of ``plan``, in the order of sending for each client."""
    proved = make_verdicts(
        plan._replace(authorization_requests=(), issuers=(), authorization_skipped={}, issuer_skipped={}),
        targets,
        RunLog(),
        limits,
        unasked=_UNSENT,
    )
    return DryRun(tuple(_requests(plan, limits)), proved.verdicts)


def _requests(plan: Plan, limits: Limits) -> Iterator[PlannedRequest]:
    for issuer in plan.issuers:
        for request in request_metadata(issuer.issuer):
            yield _plan_request("metadata of the issuer", request, issuer.users)
    for login in plan.authorization_requests:
        request = request_login(login)
        yield _plan_request("authorization request, without a user", request, login.users, _AFTER_A_LOGIN)
    for credential in plan.credentials:
        user = credential.grant == "authorization_code"
        what = "dummy code, as this client" if user else "token, as this client"
        token = bool(credential.introspection_endpoint) + bool(credential.revocation_endpoint)
        request = request_of(RequestKind.AS_CONFIGURED, credential, [])
        yield _plan_request(what, request, credential.users, limits.control + (0 if user else token))


def _plan_request(what: str, request: Request, holders: tuple[CredentialUser, ...], further: int = 0) -> PlannedRequest:
    shown = request.redacted()
    return PlannedRequest(what, shown.method, shown.url, shown.headers, shown.form, holders, further)
