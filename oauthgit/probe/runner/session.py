"""Send all requests about one credential, authorization endpoint or issuer."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, NamedTuple

from oauthgit.model.crash import REMEDY
from oauthgit.model.credential import AuthorizationRequest, Credential, Issuer
from oauthgit.model.secret import Secret
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.http import HttpClient
from oauthgit.probe.judge.classify import classify
from oauthgit.probe.judge.exchange import CONTROLS, STRANGERS, Exchange, RequestKind
from oauthgit.probe.judge.judgement import Judgement, judge_accepted_with_remarks, judge_crashed
from oauthgit.probe.judge.login import LoginExchange, LoginStep, judge_login, next_login_step
from oauthgit.probe.judge.next_request import next_step
from oauthgit.probe.limits import Limits
from oauthgit.probe.requests import (
    BASIC,
    DUMMY_TOKEN,
    INTROSPECTION,
    POST,
    UNKNOWN_GRANT,
    Request,
    alter,
    make_up,
    request_code_exchange,
    request_introspection,
    request_login,
    request_metadata,
    request_refresh,
    request_token,
    request_unknown_grant,
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
                if isinstance(exchange.outcome, Answer) and exchange.step not in _ABOUT_TOKENS:
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
    stranger = make_stranger(credential)
    exchanges: list[Exchange] = []
    while step := next_step(exchanges, credential, budget):
        if exchanges:
            time.sleep(host.wait(time.monotonic()))
            host.begin(time.monotonic())
        variant = variant_of(stranger if step in STRANGERS else credential, step, wrong)
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
        judgement = judge_login(_exchange_logins(login, client, host))
    except Exception as error:  # noqa: BLE001 - as above
        judgement = judge_crashed(error, "authorization_endpoint")
    return SessionResult(judgement, round((time.monotonic() - began) * 1000))


def _exchange_logins(login: AuthorizationRequest, client: HttpClient, host: HostLimit) -> list[LoginExchange]:
    exchanges: list[LoginExchange] = []
    while step := next_login_step(exchanges):
        variant = login_variant_of(step, login)
        prompt = all(each.step is not LoginStep.NO_PROMPT for each in exchanges) and step is not LoginStep.NO_PROMPT
        outcome = client.send(request_login(variant, prompt=prompt))
        exchanges.append(LoginExchange(step, outcome, variant))
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


_ABOUT_TOKENS: Final = {RequestKind.INTROSPECTION} | {
    kind for kind in RequestKind if kind.name.startswith("DUMMY_INTROS")
}
"""The requests whose answers issue no token."""
_GRANTS: Final = {
    RequestKind.DUMMY_CODE: "authorization_code",
    RequestKind.DUMMY_CODE_CONTROL: "authorization_code",
    RequestKind.REFRESH: "refresh_token",
    RequestKind.REFRESH_CONTROL: "refresh_token",
    RequestKind.REFRESH_STRANGER: "refresh_token",
    RequestKind.UNKNOWN_GRANT: UNKNOWN_GRANT,
    RequestKind.DUMMY_INTROSPECTION: INTROSPECTION,
    RequestKind.DUMMY_INTROSPECTION_CONTROL: INTROSPECTION,
    RequestKind.DUMMY_INTROSPECTION_STRANGER: INTROSPECTION,
    RequestKind.OTHER_GRANT: "client_credentials",
    RequestKind.OTHER_GRANT_CONTROL: "client_credentials",
    RequestKind.OTHER_GRANT_STRANGER: "client_credentials",
}
"""The grants of requests that do not have the configured one."""
_REQUESTS: Final[Mapping[str, Callable[[Credential], Request]]] = {
    "client_credentials": request_token,
    "authorization_code": request_code_exchange,
    "refresh_token": request_refresh,
    UNKNOWN_GRANT: request_unknown_grant,
    INTROSPECTION: partial(request_introspection, DUMMY_TOKEN),
}


def variant_of(credential: Credential, step: RequestKind, wrong: Secret | None) -> Credential:
    """Return the credential that ``step`` sends; ``wrong`` is the altered secret."""
    if step in CONTROLS and wrong is not None:
        credential = credential._replace(secret=wrong)
    if step is RequestKind.RAW_BASIC:
        return credential._replace(raw_basic=True)
    if step in {RequestKind.OTHER_METHOD, RequestKind.OTHER_METHOD_CONTROL}:
        other = POST if credential.token_endpoint_auth_method == BASIC else BASIC
        return credential._replace(token_endpoint_auth_method=other)
    grant = _GRANTS.get(step)
    return credential._replace(grant=grant) if grant else credential


def make_stranger(credential: Credential) -> Credential:
    """Return a client that does not exist, with a made-up secret.

    Its identifier has the form of the real one, because some servers reject another form for that.
    """
    return credential._replace(client_id=make_up(credential.client_id), secret=Secret(secrets.token_urlsafe(24)))


def request_of(step: RequestKind, variant: Credential, exchanges: list[Exchange]) -> Request:
    """Return the request of kind ``step``.

    An introspection is about the token from the first exchange.
    """
    if step is RequestKind.INTROSPECTION:
        first = exchanges[0].outcome if exchanges else None
        return request_introspection((first.token() if isinstance(first, Answer) else None) or "", variant)
    return _REQUESTS[variant.grant](variant)


def login_variant_of(step: LoginStep, login: AuthorizationRequest) -> AuthorizationRequest:
    """Return the authorization request that ``step`` sends."""
    if step is LoginStep.OTHER_PKCE:
        return login._replace(require_pkce=not login.require_pkce)
    if step is LoginStep.OTHER_CLIENT:
        return login._replace(client_id=make_up(login.client_id))
    if step is LoginStep.OTHER_URI:
        return login._replace(redirect_uri=f"https://{secrets.token_hex(8)}.invalid/oauth-callback")
    return login
