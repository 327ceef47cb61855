"""Test a user login with a person: choose it, run it, and report it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from oauthgit.discover.git import Repository
from oauthgit.model.errors import UsageError
from oauthgit.model.finding import Finding
from oauthgit.model.project import Project
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Verdict
from oauthgit.pipeline.operations.authority import Grantor
from oauthgit.pipeline.operations.secret_pins import read_granted
from oauthgit.pipeline.operations.smoke import SmokeOptions, grade_findings, limits_of, provider_of_metadata

if TYPE_CHECKING:
    from oauthgit.probe import Plan
    from oauthgit.probe.interactive import Absence, Callback, LoginAttempt, LoginOptions, LoginPlan

_GRANT: Final = "authorization_code"
_SUCCESS: Final = {"authorization_code": "login proven", "refresh_token": "refresh proven"}


class LoginReport(NamedTuple):
    """Hold the verdicts of a login, one for each grant, and their findings.

    ``claims`` is a sentence about the ID token, empty if there is none.
    """

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    claims: str = ""


class TrustedLogin(NamedTuple):
    """Hold what trusted commits state.

    A code may go to ``redirect_uris``, which all of them state for any target; None permits all, because the project itself
    decides. ``environments`` are those of the target.
    """

    redirect_uris: frozenset[str] | None
    environments: frozenset[str | None]


class ChosenLogin(NamedTuple):
    """Hold the login at one server of a target that may be sent."""

    project: Project
    settings: Settings
    server: str
    plan: "LoginPlan"


def choose_login(
    project: Project, settings: Settings, server: str, planned: "Plan", redirect_uris: frozenset[str] | None
) -> ChosenLogin | LoginReport:
    """Return the login at one server, or the report that it was not run.

    ``planned`` is the plan of a smoke test for this server only. A code goes to ``redirect_uris`` and to this machine; None
    permits all.

    Raises:
        UsageError: The server has no user login.

    """
    from oauthgit.probe.interactive import LoginPlan, plan_login
    from oauthgit.probe.runner.session import SessionResult
    from oauthgit.probe.runner.verdicts import make_verdict

    found = next((each for each in planned.credentials if each.grant == _GRANT), None)
    if found is not None:
        plan = plan_login(settings, server, found, redirect_uris)
        if isinstance(plan, LoginPlan):
            return ChosenLogin(project, settings, server, plan)
        limits = limits_of(project, SmokeOptions())
        return _report(project, [make_verdict(settings, server, found, SessionResult(plan), limits)])
    refused = [each for each in planned.refused if each.grant in {_GRANT, ""}]
    if not refused:
        raise UsageError(f"{server} of {settings.target} has no user login: grant_types lacks {_GRANT}")
    return _report(project, refused)


def read_trusted(project: Project, target: str, grantors: Sequence[Grantor], repository: Repository) -> TrustedLogin:
    """Return what the commits of the grantors state about logins.

    Raises:
        UsageError: A commit cannot be read.

    """
    states = [*read_granted(project, grantors, repository)]
    stated = [frozenset(str(each.data.get("redirect_uri")) for each in state.targets) for state in states]
    environments = frozenset(each.environment for state in states for each in state.targets if each.target == target)
    return TrustedLogin(frozenset.intersection(*stated) if stated else None, environments)


def list_consequences(plan: "LoginPlan", options: "LoginOptions") -> tuple[str, ...]:
    """Return sentences about what a login may end at the server."""
    where = plan.credential.revocation_endpoint
    if options.keep:
        end = "--keep: the tokens of this login are not revoked, so they stay valid until they expire."
    elif where is None:
        end = (
            f"The tokens of this login cannot be revoked ({plan.credential.revocation_refusal}), so they stay valid until they "
            "expire."
        )
    else:
        end = (
            "The tokens of this login are revoked afterwards. A server may then end everything that it granted this user and "
            "client (RFC 7009 section 2.1), also refresh tokens that the platform holds."
        )
    reuse = (
        "--check-reuse: the old refresh token is sent a second time. A server may take that for theft, and end all tokens of "
        "this user and client."
    )
    advice = "Log in as a user that nobody works with, if there is one."
    return (end, *((reuse,) if options.check_reuse else ()), advice)


def run_login(
    chosen: ChosenLogin,
    receive: "Callable[[LoginAttempt], Callback | Absence]",
    options: "LoginOptions",
    *,
    day: str,
    verbose: bool,
) -> LoginReport:
    """Log in once; ``receive`` sends a person to the server and returns the answer.

    ``day`` is written into verdicts that prove something.
    """
    from oauthgit.probe.http import HttpClient
    from oauthgit.probe.interactive import bound_requests, finish_login, start_login
    from oauthgit.probe.runner import silence_loggers
    from oauthgit.probe.runner.verdicts import make_verdict

    project, settings, server, plan = chosen
    silence_loggers()
    limits = limits_of(project, SmokeOptions(verbose=verbose))
    client = HttpClient(limits)
    with bound_requests(client, options.stop):
        attempt = start_login(plan, provider_of_metadata, client)
        found = finish_login(attempt, receive(attempt), client, options)
    verdicts = []
    for grant, result in found.results:
        judgement = result.judgement
        if judgement.works:
            reason = f"{_SUCCESS[grant]} on {day} by a person: {judgement.reason}"
            result = result._replace(judgement=judgement._replace(reason=reason))  # noqa: PLW2901 - the same result
        verdicts.append(make_verdict(settings, server, plan.credential._replace(grant=grant), result, limits))
    return _report(project, verdicts)._replace(claims=found.claims)


def _report(project: Project, verdicts: Sequence[Verdict]) -> LoginReport:
    from oauthgit import probe

    return LoginReport(tuple(verdicts), grade_findings(project, probe.report(verdicts)))
