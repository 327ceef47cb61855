"""Asking: every credential once, gently towards servers and clients, as fast as the slowest host."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from oauthgit.model.credential import Credential
from oauthgit.model.pointer import join
from oauthgit.model.settings import Settings
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.probe import client_credentials, made_up_code
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.classify import classify
from oauthgit.probe.endpoint import Endpoint, parse
from oauthgit.probe.exchange import send
from oauthgit.probe.judgement import Judgement, not_run
from oauthgit.probe.limits import Limits, Progress
from oauthgit.probe.redact import redacted
from oauthgit.probe.revocation import revoke
from oauthgit.probe.transport import Transport

_REQUESTS: Final = {"client_credentials": client_credentials.request, "authorization_code": made_up_code.request}
_TALKATIVE = {"httpx", "httpcore"}
_MANY_REJECTIONS = 3
_PAUSE_SECONDS = 1.0
_TOO_MANY_REQUESTS = 429

_HOST_STOPPED = not_run(
    "the server said that it gets too many requests, so it was asked nothing more",
    "token_endpoint",
    "Try again later; smoke.per_host in the policy lowers the pace.",
)
_CLIENT_STOPPED = not_run(
    "the server refused this client a moment ago; asking again might lock it",
    "client_id",
    "Mend the credentials that were refused first.",
)

_Result = tuple[Credential, Judgement, int | None]


def run(
    credentials: Sequence[Credential],
    targets: Sequence[Settings],
    limits: Limits,
    *,
    listen: Callable[[Progress], None],
) -> tuple[Verdict, ...]:
    """Ask for every credential once and return a verdict for each of its holders, by target, server and grant.

    A client is asked one thing at a time, and nothing more once its credentials were refused; a host that answers 429
    is asked nothing more. ``listen`` is called after each credential. Raises OSError where ``limits.ca_file`` cannot be
    read. Not to be called from within a running event loop.
    """
    for name in (*_TALKATIVE, *logging.root.manager.loggerDict):
        if name.partition(".")[0] in _TALKATIVE:  # they log what servers answer, and servers echo
            logging.getLogger(name).setLevel(logging.WARNING)
    results = asyncio.run(_Run(limits, len(credentials), listen).everything(credentials))
    settings = {target.target: target for target in targets}
    verdicts = (verdict for result in results for verdict in _verdicts(*result, settings, limits))
    return tuple(sorted(verdicts, key=lambda verdict: (verdict.target, verdict.server, verdict.grant)))


class _Host:
    """What a run knows of a host: how many requests are in flight, and how it has answered so far."""

    def __init__(self, per_host: int) -> None:
        self.places = asyncio.Semaphore(per_host)
        self.turn = asyncio.Lock()
        self.rejections = 0
        self.stopped = False

    async def wait(self) -> None:
        """Let a second pass between requests once the host has refused several clients: it may be counting."""
        if self.rejections >= _MANY_REJECTIONS:
            async with self.turn:
                await asyncio.sleep(_PAUSE_SECONDS)


class _Run:
    """One run: its transport, its places, its hosts and its progress."""

    def __init__(self, limits: Limits, total: int, listen: Callable[[Progress], None]) -> None:
        self._limits = limits
        self._listen = listen
        self._transport = Transport(limits)
        self._progress = Progress(0, total, "", 0.0)

    async def everything(self, credentials: Sequence[Credential]) -> list[_Result]:
        # Looking names up blocks a thread each; a slow name server must not hold up the others.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(self._limits.concurrency))
        places = asyncio.Semaphore(self._limits.concurrency)
        hosts: dict[Endpoint, _Host] = {}
        clients: dict[tuple[Endpoint, str], list[Credential]] = {}
        for credential in credentials:
            endpoint = parse(credential.token_endpoint)
            hosts.setdefault(endpoint, _Host(self._limits.per_host))
            clients.setdefault((endpoint, credential.client_id), []).append(credential)
        done = await asyncio.gather(
            *(self._client(group, hosts[endpoint], places) for (endpoint, _), group in clients.items())
        )
        return [result for results in done for result in results]

    async def _client(self, group: list[Credential], host: _Host, places: asyncio.Semaphore) -> list[_Result]:
        results: list[_Result] = []
        refused = False
        for credential in group:
            if refused:
                results.append((credential, _CLIENT_STOPPED, None))
            else:
                async with host.places, places:
                    results.append(await self._one(credential, host))
                refused = results[-1][1].lasting
            self._tell(credential, results[-1][2])
        return results

    async def _one(self, credential: Credential, host: _Host) -> _Result:
        await host.wait()
        if host.stopped:
            return credential, _HOST_STOPPED, None
        start = time.monotonic()
        outcome = await send(_REQUESTS[credential.grant](credential), self._transport, self._limits)
        milliseconds = round((time.monotonic() - start) * 1000)
        judgement = classify(outcome, credential)
        host.rejections += judgement.outcome is Outcome.REJECTED
        if isinstance(outcome, Answer):
            host.stopped |= outcome.status == _TOO_MANY_REQUESTS
            if token := outcome.token():
                cleaned = await revoke(token, credential, self._transport, self._limits)
                judgement = judgement._replace(reason=f"{judgement.reason}, {cleaned}")
        return credential, judgement, None if outcome is Failure.ADDRESS_NOT_ALLOWED else milliseconds

    def _tell(self, credential: Credential, milliseconds: int | None) -> None:
        _, total, host, slowest = self._progress
        seconds = (milliseconds or 0) / 1000
        if seconds > slowest:
            host, slowest = parse(credential.token_endpoint).host, seconds
        self._progress = Progress(self._progress.done + 1, total, host, slowest)
        self._listen(self._progress)


def _verdicts(
    credential: Credential,
    judgement: Judgement,
    milliseconds: int | None,
    settings: dict[str, Settings],
    limits: Limits,
) -> list[Verdict]:
    error = redacted(judgement.error, credential)
    return [
        Verdict(
            target=holder.target,
            server=holder.server,
            grant=credential.grant,
            outcome=judgement.outcome,
            reason=judgement.reason,
            location=settings[holder.target].locate(join("oauth_servers", holder.server, judgement.setting)),
            error=error,
            connector_status=judgement.connector_status,
            milliseconds=milliseconds,
            sandbox=limits.sandbox,
            code=judgement.code,
            remedy=judgement.remedy,
        )
        for holder in credential.holders
    ]
