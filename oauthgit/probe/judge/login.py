"""Judge the authorization endpoint: client, redirect URI and PKCE."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from oauthgit.model.credential import AuthorizationRequest
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.judge import network_failures
from oauthgit.probe.judge.judgement import (
    Judgement,
    judge_accepted,
    judge_login_unproven,
    judge_rejected,
)
from oauthgit.probe.judge.landing import Landing, read_landing


class LoginStep(StrEnum):
    """Describe authorization requests by their difference from the configured one."""

    AS_CONFIGURED = "authorization request"
    NO_PROMPT = "authorization request without prompt"
    OTHER_PKCE = "authorization request, PKCE the other way"
    OTHER_URI = "authorization request, another redirect URI"
    OTHER_CLIENT = "authorization request, another client"


class LoginExchange(NamedTuple):
    """Hold the kind of an authorization request, its outcome and itself."""

    step: LoginStep
    outcome: Answer | Failure
    sent: AuthorizationRequest


_SETTING: Final = "authorization_endpoint"
_TEMPORARY: Final = {"server_error", "temporarily_unavailable"}
_OF_CLIENT: Final = {"unauthorized_client", "unsupported_response_type"}


def next_login_step(exchanges: Sequence[LoginExchange]) -> LoginStep | None:
    """Return the kind of the next request, or None after the last one.

    At most four are sent. A rejected request is repeated without ``prompt``, because some servers reject only that, and with
    PKCE, if it had none. Whatever gets another answer than a rejection is compared with an unregistered redirect URI, and if
    that makes no difference, with an unknown client.
    """
    if not exchanges:
        return LoginStep.AS_CONFIGURED
    seen = {each.step: _landing(each) for each in exchanges}
    base = _base(exchanges)
    ended = LoginStep.OTHER_CLIENT in seen or LoginStep.OTHER_PKCE in seen
    if base is None or ended or any(landing is None or landing.kind == "busy" for landing in seen.values()):
        return None
    if base.kind == "fault":
        return _next_after_fault(exchanges, seen.get(LoginStep.OTHER_URI))
    if base.kind == "refused":
        after = None if exchanges[0].sent.require_pkce else LoginStep.OTHER_PKCE
        return after if LoginStep.NO_PROMPT in seen else LoginStep.NO_PROMPT
    return (
        LoginStep.OTHER_PKCE
        if base.error == "invalid_request"
        else _next_comparison(base, seen.get(LoginStep.OTHER_URI))
    )


def _next_after_fault(exchanges: Sequence[LoginExchange], other: Landing | None) -> LoginStep | None:
    """Return the next request after an internal error.

    It may be temporary, or come after the checks.
    """
    if other is None:
        return LoginStep.OTHER_URI
    return LoginStep.AS_CONFIGURED if other.kind == "refused" and exchanges[-1].step is LoginStep.OTHER_URI else None


def _next_comparison(base: Landing, other: Landing | None) -> LoginStep | None:
    """Return the next request for a comparison, unless the error decides."""
    if base.error in {"invalid_scope", *_OF_CLIENT, *_TEMPORARY}:
        return None
    if other is None:
        return LoginStep.OTHER_URI
    return LoginStep.OTHER_CLIENT if other.mark == base.mark else None


def judge_login(exchanges: Sequence[LoginExchange]) -> Judgement:
    """Judge the authorization endpoint by its answers.

    Client and redirect URI are known if an unregistered redirect URI gets another answer: a server must not redirect to it
    (RFC 6749 section 4.1.2.1). If every request gets the same answer, nothing is shown before the login of a user.
    """
    first, login = exchanges[0].outcome, exchanges[0].sent
    if isinstance(first, Failure):
        judgement = network_failures.judge(first, login.authorization_endpoint.partition(":")[0], _SETTING)
        return judgement._replace(reason=f"authorization endpoint: {judgement.reason}")
    base = _base(exchanges)
    if base is None or base.kind in {"busy", "fault"}:
        return _judge_fault(exchanges, first.status)
    if base.kind == "refused" and isinstance(exchanges[-1].outcome, Failure):
        return judge_login_unproven(
            f"the authorization endpoint rejects prompt=none ({first.status}), then does not answer"
        )
    if base.kind == "refused":
        return _judge_refusal(exchanges, base)
    if base.kind == "back" and base.error:
        judgement = _judge_error(exchanges, base.error) or _compare(exchanges, base)
        return judgement._replace(error=base.error)
    return _compare(exchanges, base)


def _judge_refusal(exchanges: Sequence[LoginExchange], base: Landing) -> Judgement:
    """Judge a request that is rejected without a redirect, with prompt and without it."""
    other = _find(exchanges, LoginStep.OTHER_PKCE)
    if other is not None and other.kind in {"back", "shown"}:
        return _judge_pkce(exchanges[0].sent)
    return judge_known_error(exchanges[0].sent, base.error) or _judge_unknown(base)


def _judge_fault(exchanges: Sequence[LoginExchange], status: int) -> Judgement:
    """Judge an internal error.

    If an unregistered redirect URI is rejected before it, the configured one passed the checks.
    """
    other = _find(exchanges, LoginStep.OTHER_URI)
    repeated = [_landing(each) for each in exchanges if each.step is LoginStep.AS_CONFIGURED]
    if other is not None and other.kind == "refused" and len(repeated) > 1 and repeated[0] == repeated[-1]:
        return judge_accepted(
            f"client_id and redirect URI known: an unregistered one is rejected; the endpoint fails on prompt=none ({status})"
        )
    return judge_login_unproven(f"the authorization endpoint failed ({status})")


def _judge_unknown(base: Landing) -> Judgement:
    return judge_rejected(
        f"the authorization endpoint rejects the request without a redirect ({base.status}): client_id or redirect URI "
        "is unknown, or the path is wrong",
        "OG912",
        "redirect_uri",
        "Register exactly this redirect URI for the client, or correct redirect_uri, client_id or authorization_endpoint.",
    )


def _judge_pkce(login: AuthorizationRequest) -> Judgement:
    what, value = ("rejects PKCE", "false") if login.require_pkce else ("requires PKCE", "true")
    return judge_rejected(
        f"client_id and redirect URI are known, but the server {what}",
        "OG913",
        "require_pkce",
        f"Set require_pkce: {value}.",
    )


def _judge_error(exchanges: Sequence[LoginExchange], error: str) -> Judgement | None:
    """Judge a redirect with an error that needs no comparison."""
    login = exchanges[0].sent
    if error == "invalid_request":
        other = _find(exchanges, LoginStep.OTHER_PKCE)
        if other is not None and other.kind not in {"busy", "fault"} and other.error != error:
            return _judge_pkce(login)
        return judge_rejected(
            "client_id and redirect URI are known, but the authorization endpoint rejects the request with and without PKCE",
            "OG914",
            _SETTING,
            "Look up the server's requirements for authorization requests: pushed authorization requests (RFC 9126), a signed "
            "request (RFC 9101) or a parameter in the endpoint's query.",
        )
    if error in _TEMPORARY:
        return judge_login_unproven("the authorization endpoint failed for now")
    return judge_known_error(login, error)


def judge_known_error(login: AuthorizationRequest, error: str) -> Judgement | None:
    """Judge an error code that names its cause, in a redirect or on a page."""
    if error == "invalid_scope":
        return judge_rejected(
            f"the authorization endpoint rejects the scope {' '.join(login.scopes)}",
            "OG902",
            "scopes",
            "Correct scopes, or have them allowed for the client.",
        )
    if error in _OF_CLIENT:
        return judge_rejected(
            "the authorization endpoint does not allow user logins for this client",
            "OG903",
            "grant_types",
            "Have the authorization code grant allowed for the client.",
        )
    return None


def _compare(exchanges: Sequence[LoginExchange], base: Landing) -> Judgement:
    """Judge an answer by comparison with another redirect URI and client."""
    uri, client = _find(exchanges, LoginStep.OTHER_URI), _find(exchanges, LoginStep.OTHER_CLIENT)
    if uri is None or uri.kind in {"busy", "fault"}:
        return judge_login_unproven(
            "the authorization endpoint did not answer the comparison with another redirect URI"
        )
    if uri.mark != base.mark:
        rejected = ", prompt=none rejected" if _find(exchanges, LoginStep.NO_PROMPT) else ""
        return judge_accepted(f"client_id and redirect URI known: an unregistered one gets another answer{rejected}")
    if _find(exchanges, LoginStep.NO_PROMPT) and "openid" in exchanges[0].sent.scopes:
        first = _landing(exchanges[0])  # every OpenID Connect server must support prompt=none (Core section 15.1)
        return _judge_unknown(first or base)
    if client is not None and client.kind not in {"busy", "fault"} and client.mark != base.mark:
        return judge_login_unproven("client_id is known; the redirect URI is not checked before the login")
    return judge_login_unproven("the authorization endpoint answers an unknown client and redirect URI in the same way")


def _base(exchanges: Sequence[LoginExchange]) -> Landing | None:
    """Return the landing to compare others with.

    It is the one without prompt if only the prompt was rejected.
    """
    return _find(exchanges, LoginStep.NO_PROMPT) or _landing(exchanges[0])


def _find(exchanges: Sequence[LoginExchange], step: LoginStep) -> Landing | None:
    return next((_landing(each) for each in exchanges if each.step is step), None)


def _landing(exchange: LoginExchange) -> Landing | None:
    outcome = exchange.outcome
    return read_landing(outcome, exchange.sent.redirect_uri) if isinstance(outcome, Answer) else None


def join_judgements(token: Judgement, login: Judgement | None) -> Judgement:
    """Combine the judgements of token and authorization endpoint of a user login.

    The worse one decides; if both are fine, both reasons are reported.
    """
    if login is None or token.outcome is Outcome.NOT_RUN:
        return token
    if token.code == "OG901" and login.works:
        reason = f"{token.reason}; the client is known at the authorization endpoint"
        setting = token.setting if token.setting != "client_id" else "client_secret"
        return token._replace(reason=reason, setting=setting)
    if not token.works and token.outcome is not Outcome.INCONCLUSIVE:
        return token
    if token.code == "OG919" and login.outcome is Outcome.ACCEPTED:
        return login._replace(reason=f"{token.reason.partition(';')[0]}; {login.reason}")
    worse = login.outcome in {Outcome.REJECTED, Outcome.UNREACHABLE} or login.code == "OG002"
    remarkable = token.works and login.outcome is Outcome.ACCEPTED_WITH_REMARKS
    return (login if worse or remarkable else token)._replace(reason=f"{token.reason}; {login.reason}")
