"""Send the requests of a plan: each once, and only a few at a time per host."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from oauthgit.model.crash import describe_crash
from oauthgit.model.credential import AuthorizationRequest, Credential, Issuer
from oauthgit.model.provider import Provider
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Outcome
from oauthgit.probe.http import HttpClient
from oauthgit.probe.http.endpoint import Endpoint, parse
from oauthgit.probe.judge.judgement import judge_not_run
from oauthgit.probe.judge.metadata import describes, list_documents
from oauthgit.probe.limits import Limits, Progress
from oauthgit.probe.plan import Plan
from oauthgit.probe.runner.revocation import SECONDS
from oauthgit.probe.runner.schedule import HostLimit, Schedule, Task
from oauthgit.probe.runner.session import SessionResult, fetch_metadata, request_authorization, run_session
from oauthgit.probe.runner.verdicts import RunLog, RunResult, make_verdicts

GRACE_SECONDS: Final = 3.0
"""The time for requests in flight after an interruption, so that every token obtained is revoked."""

_VERBOSE: Final = {"httpx", "httpcore"}
_TICK: Final = 0.05

_HOST_STOPPED: Final = SessionResult(
    judge_not_run(
        "not tested: the server received too many requests before (429)",
        "token_endpoint",
        "Try again later. Lower smoke.per_host in the policy to send fewer requests at a time.",
    )
)
_CLIENT_STOPPED: Final = SessionResult(
    judge_not_run(
        "not tested: the server rejected this client before, and a further attempt might lock it",
        "client_id",
        "Correct the rejected credentials of this client first.",
    )
)


def run(
    plan: Plan,
    targets: Sequence[Settings],
    limits: Limits,
    *,
    listen: Callable[[Progress], None],
    stop: threading.Event | None = None,
) -> RunResult:
    """Run the planned tests once each, and return the verdicts for all users.

    The requests for a client are sent one at a time, and end once its credentials are rejected. A host that answers 429
    gets no further request. ``listen`` is called after each credential, from any thread, but never from two at the same
    time. After ``stop`` is set, no test is started, requests in flight have three seconds to end, and tokens are revoked.

    Raises:
        OSError: ``limits.ca_file`` cannot be read.

    """
    silence_loggers()
    session = _Run(plan, limits, listen)
    session.finish(stop or threading.Event())
    return make_verdicts(plan, targets, session.found, limits)


def silence_loggers() -> None:
    """Prevent httpx and httpcore from logging answers, because servers echo secrets."""
    for name in (*_VERBOSE, *logging.root.manager.loggerDict):
        if name.partition(".")[0] in _VERBOSE:
            logging.getLogger(name).setLevel(logging.WARNING)


class _Run:
    """Hold the HTTP client, the tasks, the results and the progress of a run."""

    def __init__(self, plan: Plan, limits: Limits, listen: Callable[[Progress], None]) -> None:
        self.found = RunLog()
        self._recognize = plan.recognize
        self._limits = limits
        self._listen = listen
        self._client = HttpClient(limits)
        self._progress = Progress(0, len(plan.credentials))
        self._lock = threading.Lock()
        self._refused: set[tuple[Endpoint, str]] = set()
        self._accepted: set[tuple[Endpoint, str]] = set()
        self._schedule = Schedule(self._chains(plan), limits.concurrency, limits.per_host)

    def finish(self, stop: threading.Event) -> None:
        """Run all tasks; start no further one once ``stop`` is set.

        After an error, too, there is time to revoke tokens.
        """
        self._schedule.start()
        try:
            self._finish(stop)
        except BaseException:
            self._schedule.stop()
            self._schedule.wait(GRACE_SECONDS + SECONDS)
            raise

    def _finish(self, stop: threading.Event) -> None:
        deadline = None
        while not self._schedule.wait(_TICK):
            if deadline is None and stop.is_set():
                self._schedule.stop()
                deadline = time.monotonic() + GRACE_SECONDS
            if deadline is not None and time.monotonic() > deadline:
                self._client.stop()
                if time.monotonic() > deadline + SECONDS:
                    return  # the remaining threads hang in system calls; they end with the process

    def _chains(self, plan: Plan) -> list[list[Task]]:
        """Return the tasks of each client, those without its secret first.

        A client of an unknown provider waits for the metadata of its issuer.
        """
        clients: dict[tuple[Endpoint, str], list[Task]] = {}
        for login in plan.authorization_requests:
            client = parse(login.token_endpoint), login.client_id
            host = parse(login.authorization_endpoint)
            clients.setdefault(client, []).append(Task(host, self._login(login)))
        waiting: dict[Issuer, list[list[Task]]] = {issuer: [] for issuer in plan.issuers}
        issuers = {holder: issuer for issuer in plan.issuers for holder in issuer.users}
        behind: dict[tuple[Endpoint, str], Issuer] = {}
        for credential in plan.credentials:
            client = parse(credential.token_endpoint), credential.client_id
            issuer = next((issuers[holder] for holder in credential.users if holder in issuers), None)
            clients.setdefault(client, []).append(Task(client[0], self._credential(credential, client, issuer)))
            if issuer and credential.provider is None:
                behind[client] = issuer
        for client, issuer in behind.items():
            waiting[issuer].append(clients.pop(client))
        first = ([Task(parse(each.issuer), self._issuer(each), tuple(after))] for each, after in waiting.items())
        return [*first, *clients.values()]

    def _issuer(self, issuer: Issuer) -> Callable[[HostLimit], None]:
        def do(host: HostLimit) -> None:
            try:
                self.found.issuers[issuer] = [] if host.stopped else fetch_metadata(issuer, self._client, host)
            except Exception as error:  # noqa: BLE001 - an error in one issuer must not stop the others
                self.found.crashes[issuer] = describe_crash(error)

        return do

    def _login(self, login: AuthorizationRequest) -> Callable[[HostLimit], None]:
        def do(host: HostLimit) -> None:
            self.found.authorization_requests[login] = (
                _HOST_STOPPED if host.stopped else request_authorization(login, self._client, host)
            )

        return do

    def _credential(
        self, credential: Credential, client: tuple[Endpoint, str], issuer: Issuer | None
    ) -> Callable[[HostLimit], None]:
        def do(host: HostLimit) -> None:
            if client in self._refused - self._accepted:
                result = _CLIENT_STOPPED
            elif host.stopped:
                result = _HOST_STOPPED
            else:
                provider = credential.provider or self._provider_of(credential, issuer)
                result = run_session(credential._replace(provider=provider), self._client, self._limits, host)
            self.found.credentials[credential.users, credential.grant] = result
            if result.judgement.lasting:
                self._refused.add(client)
            if result.judgement.works:
                self._accepted.add(client)
            if result.judgement.outcome is Outcome.REJECTED:
                host.note_refusal(time.monotonic())
            self._report_progress(credential, result)

        return do

    def _provider_of(self, credential: Credential, issuer: Issuer | None) -> Provider | None:
        """Return the provider in the issuer's metadata, if they have this endpoint."""
        documents: Iterable[Mapping[str, Any]] = list_documents(self.found.issuers.get(issuer, ())) if issuer else ()
        ours = (each for each in documents if issuer and describes(each, issuer.issuer, credential.token_endpoint))
        return next(filter(None, map(self._recognize, ours)), None)

    def _report_progress(self, credential: Credential, result: SessionResult) -> None:
        with self._lock:
            done, total, slowest_host, slowest, failed = self._progress
            seconds = (result.milliseconds or 0) / 1000
            if seconds > slowest:
                slowest_host, slowest = parse(credential.token_endpoint).host, seconds
            failed += result.judgement.outcome in {Outcome.REJECTED, Outcome.UNREACHABLE}
            self._progress = Progress(done + 1, total, slowest_host, slowest, failed)
            self._listen(self._progress)
