"""Send the requests after a login, and revoke every token that it brought."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final, NamedTuple

from oauthgit.model.crash import REMEDY
from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.http import HttpClient
from oauthgit.probe.interactive.attempt import GRANT, LoginAttempt
from oauthgit.probe.interactive.callback import Callback
from oauthgit.probe.interactive.judge import (
    Absence,
    TokenExchanges,
    judge_absence,
    judge_error,
    judge_redemption,
    judge_refresh,
    name_claims,
)
from oauthgit.probe.judge.judgement import Judgement, judge_accepted_with_remarks, judge_crashed
from oauthgit.probe.judge.token_answer import returns_scope
from oauthgit.probe.requests import request_code_exchange, request_introspection, request_refresh
from oauthgit.probe.runner import GRACE_SECONDS
from oauthgit.probe.runner.revocation import REVOKED, IssuedTokens
from oauthgit.probe.runner.session import SessionResult

REFRESH: Final = "refresh_token"
_TOKENS: Final = ("access_token", REFRESH, "id_token")
_TICK: Final = 0.05


class LoginOptions(NamedTuple):
    """Hold the options of a login.

    After ``stop`` is set, no request is sent but those that revoke. With ``keep`` no token is revoked. With ``check_reuse``
    the first refresh token is sent again after it was replaced. ``seconds`` is the time for the answer of the person.
    """

    stop: Event
    keep: bool = False
    check_reuse: bool = False
    seconds: float = 600


class LoginResult(NamedTuple):
    """Hold the result for each grant.

    ``claims`` is a sentence about the ID token, empty if there is none.
    """

    results: tuple[tuple[str, SessionResult], ...]
    claims: str = ""


def finish_login(
    attempt: LoginAttempt, received: Callback | Absence, client: HttpClient, options: LoginOptions
) -> LoginResult:
    """Use code and refresh token of a login once each, and revoke all tokens."""
    credential = attempt.plan.credential
    if isinstance(received, Absence):
        return _only(judge_absence(received, options.seconds))
    if received.code is None:
        return _only(judge_error(received.error, attempt.plan), (credential,))
    began = time.monotonic()
    sent = [credential, *_hiding(credential, received.code, attempt.verifier)]
    exchanges = TokenExchanges(Failure.INTERRUPTED)
    with IssuedTokens(client) as tokens:
        try:
            for exchanges, outcome in _exchange(attempt, received.code, client, options):  # noqa: B007 - the last one counts
                if isinstance(outcome, Answer):
                    tokens.keep(outcome, credential)
                    found = (outcome.issued(name) for name in _TOKENS)
                    sent += _hiding(credential, *(Secret(token) for token in found if token))
            grants = _judge(exchanges, attempt)
            claims = name_claims(exchanges.redemption)
        except Exception as error:  # noqa: BLE001 - the tokens are revoked, whatever their answers contain
            grants, claims = {GRANT: judge_crashed(error)}, ""
        kept = options.keep and tokens.forget()
    grants[GRANT] = _add_end(grants[GRANT], tokens, kept=kept)
    milliseconds = round((time.monotonic() - began) * 1000)
    results = ((grant, SessionResult(judgement, milliseconds, tuple(sent))) for grant, judgement in grants.items())
    return LoginResult(tuple(results), claims)


def _only(judgement: Judgement, sent: tuple[Credential, ...] = ()) -> LoginResult:
    return LoginResult(((GRANT, SessionResult(judgement, None, sent)),))


def _hiding(credential: Credential, *texts: Secret) -> list[Credential]:
    """Return credentials that make ``redact`` hide further texts."""
    return [credential._replace(secret=text) for text in texts]


def _exchange(
    attempt: LoginAttempt, code: Secret, client: HttpClient, options: LoginOptions
) -> Iterator[tuple[TokenExchanges, Answer | Failure]]:
    """Send the requests of a login; yield all outcomes so far, and the last one."""
    credential, stop = attempt.plan.credential, options.stop
    first = client.send(request_code_exchange(credential, code.reveal(), attempt.verifier.reveal()), once=True)
    exchanges = TokenExchanges(first)
    yield exchanges, first
    token = first.token() if isinstance(first, Answer) else None
    if not isinstance(first, Answer) or token is None or stop.is_set():
        return
    if credential.introspection_endpoint and credential.scopes and not returns_scope(first, token):
        found = client.send(request_introspection(token, credential))
        exchanges = exchanges._replace(introspection=found if isinstance(found, Answer) else None)
        yield exchanges, found
    refresh_token = first.token(REFRESH)
    if refresh_token is None or stop.is_set():
        return
    second = client.send(request_refresh(credential, refresh_token), once=True)
    exchanges = exchanges._replace(refresh=second)
    yield exchanges, second
    after = second.token(REFRESH) if isinstance(second, Answer) else None
    if options.check_reuse and after not in {None, refresh_token} and not stop.is_set():
        third = client.send(request_refresh(credential, refresh_token), once=True)
        yield exchanges._replace(reuse=third), third


def _judge(exchanges: TokenExchanges, attempt: LoginAttempt) -> dict[str, Judgement]:
    refreshed = judge_refresh(exchanges, attempt.plan)
    return {GRANT: judge_redemption(exchanges, attempt.plan), **({REFRESH: refreshed} if refreshed else {})}


def _add_end(judgement: Judgement, tokens: IssuedTokens, *, kept: bool) -> Judgement:
    """Return a judgement that states what became of the tokens."""
    ends = tokens.outcomes
    if kept:
        words = "tokens not revoked (--keep), so they stay valid until they expire"
    elif set(ends.values()) <= {REVOKED}:
        words = "tokens revoked" if ends else ""
    else:
        words = ", ".join(f"{kind} {end}" for kind, end in ends.items())
    if words:
        judgement = judgement._replace(reason=f"{judgement.reason}{', ' if judgement.works else '; '}{words}")
    if tokens.crashed and judgement.works:
        return judge_accepted_with_remarks(judgement.reason, "OG002", "revocation_endpoint", REMEDY)
    return judgement


@contextmanager
def bound_requests(client: HttpClient, stop: Event) -> Iterator[None]:
    """End the request in flight some seconds after ``stop`` is set.

    Requests that revoke tokens are not ended.
    """
    done = Event()

    def watch() -> None:
        while not done.is_set():
            if stop.wait(_TICK):
                if not done.wait(GRACE_SECONDS):
                    client.stop()
                return

    Thread(target=watch, name="oauthgit-login", daemon=True).start()
    try:
        yield
    finally:
        done.set()
