"""Convert results to verdicts and findings for each user of a credential."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from oauthgit.model.crash import REMEDY, describe_crash
from oauthgit.model.credential import AuthorizationRequest, Credential, CredentialUser, Issuer
from oauthgit.model.environment import PRODUCTION
from oauthgit.model.finding import Finding
from oauthgit.model.formats.json_pointer import join
from oauthgit.model.formats.sanitize import command
from oauthgit.model.location import Location
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Verdict
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.judge.error_codes import redact_error
from oauthgit.probe.judge.judgement import LOGIN_COMMAND, judge_crashed, judge_login_unproven, judge_not_run
from oauthgit.probe.judge.login import join_judgements
from oauthgit.probe.judge.metadata import Objection, compare, list_documents
from oauthgit.probe.limits import Limits
from oauthgit.probe.plan import Plan
from oauthgit.probe.runner.session import SessionResult

_TRUST: Final = "Have the host added to trusted_hosts in configs/oauthgit.yaml. No secret is sent to the issuer."
_NO_METADATA: Final = Objection(
    "issuer",
    "no metadata was found at the issuer, so the settings were not compared with it",
    "Check issuer. If the server publishes no metadata, remove issuer.",
    certain=False,
)


class RunLog:
    """Collect the results of a run: by users and grant, by login, by issuer.

    ``crashes`` describes bugs in oauthgit.
    """

    def __init__(self) -> None:
        self.credentials: dict[tuple[tuple[CredentialUser, ...], str], SessionResult] = {}
        self.authorization_requests: dict[AuthorizationRequest, SessionResult] = {}
        self.issuers: dict[Issuer, list[Answer | Failure]] = {}
        self.crashes: dict[Issuer, str] = {}


class RunResult(NamedTuple):
    """Hold the verdicts of a run, and the findings about metadata.

    There is a verdict for each user, ordered by target, server and grant.
    """

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...] = ()


INTERRUPTED: Final = SessionResult(
    judge_not_run("interrupted before the request was sent", "token_endpoint", "Run the command again.")
)


def make_verdicts(
    plan: Plan, targets: Sequence[Settings], found: RunLog, limits: Limits, *, unasked: SessionResult = INTERRUPTED
) -> RunResult:
    """Return verdicts and findings; ``unasked`` is for credentials without a result."""
    settings = {target.target: target for target in targets}
    logins = {holder: judge_login_unproven(why) for holder, why in plan.authorization_skipped.items()}
    login_results = ((found.authorization_requests.get(login), login.users) for login in plan.authorization_requests)
    logins |= {holder: result.judgement for result, holders in login_results if result for holder in holders}
    verdicts = []
    for credential in plan.credentials:
        result = found.credentials.get((credential.users, credential.grant), unasked)
        for holder in credential.users:
            login = logins.get(holder) if credential.grant == "authorization_code" else None
            try:
                joined = result._replace(judgement=join_judgements(result.judgement, login))
            except Exception as broken:  # noqa: BLE001 - an error in one verdict must not stop the others
                joined = result._replace(judgement=judge_crashed(broken))
            verdicts.append(make_verdict(settings[holder.target], holder.server, credential, joined, limits))
    ordered = sorted(verdicts, key=lambda verdict: (verdict.target, verdict.server, verdict.grant))
    return RunResult(tuple(ordered), _objections(plan, found, settings))


def make_verdict(
    settings: Settings, server: str, credential: Credential, result: SessionResult, limits: Limits
) -> Verdict:
    """Return the verdict about one server of a target, by the grant of ``credential``."""
    judgement = result.judgement
    sent = (credential, *result.sent)
    try:
        error = redact_error(judgement.error, sent[-1].provider, sent, verbose=limits.verbose)
    except Exception as broken:  # noqa: BLE001 - an error in one verdict must not stop the others
        judgement, error = judge_crashed(broken), ""
    return Verdict(
        target=settings.target,
        server=server,
        grant=credential.grant,
        outcome=judgement.outcome,
        reason=judgement.reason,
        location=_location(settings, server, judgement.setting),
        error=error,
        connector_status=judgement.connector_status,
        milliseconds=result.milliseconds,
        sandbox=limits.sandbox,
        code=judgement.code,
        remedy=judgement.remedy.replace(LOGIN_COMMAND, _login_command(settings, server)),
    )


def _login_command(settings: Settings, server: str) -> str:
    """Return the command that logs in with a person; production has to be named."""
    named = ("--environment", PRODUCTION) if settings.environment == PRODUCTION else ()
    return command("oauthgit", "login", settings.target, server, *named)


def _location(settings: Settings, server: str, setting: str) -> Location:
    if setting == "redirect_uri":  # a setting of the target, not of the server
        pointer = join(setting)
        return settings.locate(pointer if pointer in settings.settings else join("oauth_servers", server, "client_id"))
    return settings.locate(join("oauth_servers", server, *setting.split("/")))


def _objections(plan: Plan, found: RunLog, settings: Mapping[str, Settings]) -> tuple[Finding, ...]:
    """Return findings about metadata, one for each contradiction and location.

    Each lists all its targets.
    """
    grouped: dict[tuple[Objection, str, Location], list[str]] = {}
    for holder, objection in _each(plan, found, settings):
        location = _location(settings[holder.target], holder.server, objection.setting)
        grouped.setdefault((objection, holder.server, location), []).append(holder.target)
    return tuple(
        Finding(
            "OG002" if objection.crashed else "OG917" if objection.certain else "OG918",
            f"{server}: {objection.words}",
            location,
            remedy=objection.remedy,
            targets=tuple(targets),
        )
        for (objection, server, location), targets in grouped.items()
    )


def _each(plan: Plan, found: RunLog, settings: Mapping[str, Settings]) -> Iterator[tuple[CredentialUser, Objection]]:
    for holder, why in plan.issuer_skipped.items():
        yield holder, _NO_METADATA._replace(words=f"the issuer's metadata was not compared: {why}", remedy=_TRUST)
    for issuer in plan.issuers:
        for holder in issuer.users:
            server = settings[holder.target].servers[holder.server]
            crash = found.crashes.get(issuer, "")
            try:
                objections = _compare_metadata(found.issuers.get(issuer, ()), server)
            except Exception as error:  # noqa: BLE001 - an error in one issuer must not stop the others
                objections, crash = [], describe_crash(error)
            if crash:
                words = f"{crash} prevented the comparison with the issuer's metadata"
                objections = [_NO_METADATA._replace(words=words, remedy=REMEDY, crashed=True)]
            yield from ((holder, objection) for objection in objections)


def _compare_metadata(outcomes: Sequence[Answer | Failure], server: Mapping[str, Any]) -> list[Objection]:
    known = list_documents(outcomes)
    if outcomes and not known:
        return [_NO_METADATA]
    return list(dict.fromkeys(objection for document in known for objection in compare(document, server)))


def report(verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """Return the findings of verdicts, in their order.

    Verdicts with the same reason and location become one finding that lists all their targets.
    """
    groups: dict[tuple[object, ...], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.code:
            same = (verdict.code, verdict.location, verdict.server, verdict.reason, verdict.error)
            groups.setdefault(same, []).append(verdict)
    return tuple(_finding_of(group) for group in groups.values())


def _finding_of(verdicts: list[Verdict]) -> Finding:
    first = verdicts[0]
    targets = tuple(dict.fromkeys(verdict.target for verdict in verdicts))
    others = len(targets) - 1
    more = f" and {others} more target{'s' if others > 1 else ''}" if others else ""
    grouped = f" (the server answered {first.error})" if first.error else ""
    status = f"the platform's connector would show {first.connector_status}" if first.connector_status else ""
    return Finding(
        code=first.code,
        message=f"{first.server} of {targets[0]}{more}: {first.reason}{grouped}",
        location=first.location,
        hint=status,
        remedy=first.remedy,
        targets=targets,
    )
