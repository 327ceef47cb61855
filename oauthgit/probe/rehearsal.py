"""Build the first requests of a run without sending them (``--dry-run``).

They are equal to the real requests, with the secrets removed.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from oauthgit.model.credential import Holder
from oauthgit.model.planned import PlannedRequest
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Verdict
from oauthgit.probe.limits import Limits
from oauthgit.probe.planning import Plan
from oauthgit.probe.read.judgement import not_run
from oauthgit.probe.read.ladder import Step
from oauthgit.probe.read.login import LoginStep
from oauthgit.probe.requests import Request, request_metadata
from oauthgit.probe.running.asking import Asked, login_request_of, request_of
from oauthgit.probe.running.telling import Told, told

_AFTER_A_LOGIN: Final = 1
_UNSENT: Final = Asked(not_run("dry run: nothing was sent", "token_endpoint", "")._replace(code=""))


class Rehearsed(NamedTuple):
    """Hold the requests of a plan, and a ``not-run`` verdict for each user."""

    requests: tuple[PlannedRequest, ...]
    verdicts: tuple[Verdict, ...]


def rehearse(plan: Plan, targets: Sequence[Settings], limits: Limits) -> Rehearsed:
    """Return the requests of ``plan``, in the order of sending for each client."""
    proved = told(plan._replace(logins=(), issuers=(), skipped={}, silent={}), targets, Told(), limits, unasked=_UNSENT)
    return Rehearsed(tuple(_requests(plan, limits)), proved.verdicts)


def _requests(plan: Plan, limits: Limits) -> Iterator[PlannedRequest]:
    for issuer in plan.issuers:
        for request in request_metadata(issuer.issuer):
            yield _planned("metadata of the issuer", request, issuer.holders)
    for login in plan.logins:
        request = login_request_of(LoginStep.AS_CONFIGURED, login)
        yield _planned("authorization request, without a user", request, login.holders, _AFTER_A_LOGIN)
    for credential in plan.credentials:
        user = credential.grant == "authorization_code"
        what = "dummy code, as this client" if user else "token, as this client"
        token = bool(credential.introspection_endpoint) + bool(credential.revocation_endpoint)
        request = request_of(Step.AS_CONFIGURED, credential, [])
        yield _planned(what, request, credential.holders, limits.control + (0 if user else token))


def _planned(what: str, request: Request, holders: tuple[Holder, ...], further: int = 0) -> PlannedRequest:
    shown = request.redacted()
    return PlannedRequest(what, shown.method, shown.url, shown.headers, shown.form, holders, further)
