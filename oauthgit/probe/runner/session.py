"""Send all requests about one credential, authorization endpoint or issuer."""

import secrets
import time
from collections.abc import Iterator
from typing import NamedTuple

from oauthgit.model.crash import REMEDY
from oauthgit.model.credential import AuthorizationRequest, Credential, Issuer
from oauthgit.model.secret import Secret
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.http import HttpClient
from oauthgit.probe.judge.classify import classify
from oauthgit.probe.judge.judgement import Judgement, judge_accepted_with_remarks, judge_crashed
from oauthgit.probe.judge.login import LoginExchange, LoginStep, judge_login, next_login_step
from oauthgit.probe.judge.next_request import CONTROLS, Exchange, RequestKind, next_step
from oauthgit.probe.limits import Limits
from oauthgit.probe.requests import (
    BASIC,
    POST,
    Request,
    alter,
    request_code_exchange,
    request_introspection,
    request_login,
    request_metadata,
    request_other_pkce,
    request_token,
)
from oauthgit.probe.runner.revocation import IssuedTokens
from oauthgit.probe.runner.schedule import HostLimit

_TOO_MANY_REQUESTS = 429


class SessionResult(NamedTuple):
    """Hold a judgement, the duration of its first request, and all secrets sent.

    ``milliseconds`` is None if no request was sent.
    """

    judgement: Judgement
    milliseconds: int | None = None
    sent: tuple[Credential, ...] = ()


def run_session(credential: Credential, client: HttpClient, limits: Limits, host: HostLimit) -> SessionResult:
    """Test a credential and revoke every token obtained.

    If ``limits.control`` permits it, further requests clarify the meaning of the answer.
    """
    exchanges: list[Exchange] = []
    seconds: list[float] = []
    with IssuedTokens(client) as tokens:
        try:
            for exchange, took in _exchange(credential, client, limits, host):
                exchanges.append(exchange)
                seconds.append(took)
                if isinstance(exchange.outcome, Answer) and exchange.step is not RequestKind.INTROSPECTION:
                    tokens.keep(exchange.outcome, credential if exchange.step in CONTROLS else exchange.sent)
            judgement = classify(exchanges, credential)
        except Exception as error:  # noqa: BLE001 - an error in one answer must not stop the other credentials
            judgement = judge_crashed(error)
    if tokens.outcome:
        words = f", {tokens.outcome}" if judgement.works else f"; the obtained token was {tokens.outcome}"
        judgement = judgement._replace(reason=f"{judgement.reason}{words}")
    if tokens.crashed and judgement.works:
        judgement = judge_accepted_with_remarks(judgement.reason, "OG002", "revocation_endpoint", REMEDY)
    unsent = not exchanges or exchanges[0].outcome is Failure.ADDRESS_NOT_ALLOWED
    milliseconds = None if unsent else round(seconds[0] * 1000)
    return SessionResult(judgement, milliseconds, tuple(exchange.sent for exchange in exchanges))


def _exchange(
    credential: Credential, client: HttpClient, limits: Limits, host: HostLimit
) -> Iterator[tuple[Exchange, float]]:
    """Send the requests about a credential; yield each exchange with its seconds."""
    wrong = alter(credential.secret) if limits.control else None
    budget = limits.control if wrong else 0
    exchanges: list[Exchange] = []
    while step := next_step(exchanges, credential, budget):
        if exchanges:
            time.sleep(host.wait(time.monotonic()))
            host.begin(time.monotonic())
        variant = variant_of(credential, step, wrong)
        began = time.monotonic()
        outcome = client.send(request_of(step, variant, exchanges))
        exchanges.append(Exchange(step, outcome, variant))
        host.stopped |= isinstance(outcome, Answer) and outcome.status == _TOO_MANY_REQUESTS
        yield exchanges[-1], time.monotonic() - began


def request_authorization(login: AuthorizationRequest, client: HttpClient, host: HostLimit) -> SessionResult:
    """Test a client, its redirect URI and PKCE at the authorization endpoint.

    No secret is sent.
    """
    began = time.monotonic()
    try:
        judgement = judge_login(_exchange_logins(login, client, host), login)
    except Exception as error:  # noqa: BLE001 - as above
        judgement = judge_crashed(error, "authorization_endpoint")
    return SessionResult(judgement, round((time.monotonic() - began) * 1000))


def _exchange_logins(login: AuthorizationRequest, client: HttpClient, host: HostLimit) -> list[LoginExchange]:
    exchanges: list[LoginExchange] = []
    while step := next_login_step(exchanges, login):
        outcome = client.send(login_request_of(step, login))
        exchanges.append(LoginExchange(step, outcome))
        if isinstance(outcome, Answer) and outcome.status == _TOO_MANY_REQUESTS:
            host.stopped = True
            break
    return exchanges


def fetch_metadata(issuer: Issuer, client: HttpClient, host: HostLimit) -> list[Answer | Failure]:
    """Request the metadata of an issuer at each of its well-known URLs."""
    outcomes: list[Answer | Failure] = []
    for request in request_metadata(issuer.issuer):
        outcomes.append(client.send(request))
        if isinstance(outcomes[-1], Answer) and outcomes[-1].status == _TOO_MANY_REQUESTS:
            host.stopped = True
            break
    return outcomes


def variant_of(credential: Credential, step: RequestKind, wrong: Secret | None) -> Credential:
    """Return the credential that ``step`` sends; ``wrong`` is the altered secret."""
    if step in CONTROLS and wrong is not None:
        credential = credential._replace(secret=wrong)
    if step is RequestKind.RAW_BASIC:
        return credential._replace(raw_basic=True)
    if step in {RequestKind.OTHER_METHOD, RequestKind.OTHER_METHOD_CONTROL}:
        other = POST if credential.token_endpoint_auth_method == BASIC else BASIC
        return credential._replace(token_endpoint_auth_method=other)
    if step in {RequestKind.DUMMY_CODE, RequestKind.DUMMY_CODE_CONTROL}:
        return credential._replace(grant="authorization_code")
    return credential


def request_of(step: RequestKind, variant: Credential, exchanges: list[Exchange]) -> Request:
    """Return the request of kind ``step``.

    An introspection is about the token from the first exchange.
    """
    if step is RequestKind.INTROSPECTION:
        first = exchanges[0].outcome if exchanges else None
        return request_introspection((first.token() if isinstance(first, Answer) else None) or "", variant)
    if variant.grant == "client_credentials":
        return request_token(variant)
    return request_code_exchange(variant)


def login_request_of(step: LoginStep, login: AuthorizationRequest) -> Request:
    """Return the authorization request of kind ``step``."""
    if step is LoginStep.OTHER_PKCE:
        return request_other_pkce(login)
    if step is LoginStep.OTHER_URI:
        login = login._replace(redirect_uri=f"https://{secrets.token_hex(8)}.invalid/oauth-callback")
    return request_login(login, prompt=step is LoginStep.AS_CONFIGURED)
