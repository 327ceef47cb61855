"""Judge the authorization endpoint: client, redirect URI and PKCE."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from oauthgit.model.credential import AuthorizationRequest
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.judge import network_failures
from oauthgit.probe.judge.judgement import (
    Judgement,
    judge_accepted,
    judge_accepted_with_remarks,
    judge_inconclusive,
    judge_rejected,
)


class LoginStep(StrEnum):
    """Describe authorization requests by their difference from the configured one."""

    AS_CONFIGURED = "authorization request"
    OTHER_PKCE = "authorization request, PKCE the other way"
    NO_PROMPT = "authorization request without prompt"
    OTHER_URI = "authorization request without prompt, another redirect URI"


class LoginExchange(NamedTuple):
    """Hold the kind of an authorization request and its outcome."""

    step: LoginStep
    outcome: Answer | Failure


_REFUSED: Final = {400, 404, 405, 410, 422}
_SETTING: Final = "authorization_endpoint"
_NOTHING: Final = "Only the login of a user can prove client_id and redirect URI. No correction is needed here."


def next_login_step(exchanges: Sequence[LoginExchange], login: AuthorizationRequest) -> LoginStep | None:
    """Return the kind of the next request, or None after the last one.

    At most three are sent. A rejected request is repeated without ``prompt``, because some servers reject only that. If
    that helps, an unregistered redirect URI shows if the server checks it before the login. If the redirect URI was
    reached, the request is repeated with PKCE added or removed.
    """
    if not exchanges:
        return LoginStep.AS_CONFIGURED
    first, last = exchanges[0].outcome, exchanges[-1].outcome
    if not isinstance(first, Answer) or not isinstance(last, Answer):
        return None
    if len(exchanges) > 1:
        helped = exchanges[-1].step is LoginStep.NO_PROMPT and not _is_refused(last)
        return LoginStep.OTHER_URI if helped else None
    if _is_refused(first):
        return LoginStep.NO_PROMPT
    error = _error(first, login)
    return LoginStep.OTHER_PKCE if error is not None and (login.require_pkce or error == "invalid_request") else None


def judge_login(exchanges: Sequence[LoginExchange], login: AuthorizationRequest) -> Judgement:
    """Judge the authorization endpoint by its answers.

    A redirect to the redirect URI, with any error, proves that client and redirect URI are known: a server must not
    redirect to an unknown one (RFC 6749 section 4.1.2.1). An error page without redirect means that one of them is
    unknown, or that the server rejects the prompt. A login page, a redirect elsewhere or an internal error proves nothing.
    """
    first = exchanges[0].outcome
    second, third = (*(each.outcome for each in exchanges[1:]), None, None)[:2]
    if isinstance(first, Failure):
        judgement = network_failures.judge(first, login.authorization_endpoint.partition(":")[0], _SETTING)
        return judgement._replace(reason=f"authorization endpoint: {judgement.reason}")
    if _is_refused(first):
        return _judge_error_page(first, second, third, login)
    error = _error(first, login)
    if error is None:
        reason = f"without a login, the authorization endpoint proves nothing ({first.status})"
        return judge_inconclusive(reason, _NOTHING, _SETTING)
    return _judge_redirect(error, _error(second, login) if isinstance(second, Answer) else None, login)._replace(
        error=error
    )


def _judge_error_page(
    first: Answer, second: Answer | Failure | None, third: Answer | Failure | None, login: AuthorizationRequest
) -> Judgement:
    """Judge an error page: it rejects the prompt, or the client or redirect URI.

    Every OpenID Connect server must support ``prompt=none`` (Core section 15.1); others may not.
    """
    if isinstance(third, Answer) and _is_refused(third):
        return judge_accepted("client_id and redirect URI known (an unknown one is rejected), prompt=none rejected")
    helped = not isinstance(second, Answer) or not _is_refused(second)
    if helped and "openid" not in login.scopes:
        return judge_accepted_with_remarks(
            f"the authorization endpoint rejects the request without a redirect ({first.status}): it does not support "
            "prompt=none, or client_id or redirect URI is unknown",
            "OG914",
            _SETTING,
            "Log in once as a user to be sure.",
        )
    return judge_rejected(
        f"the authorization endpoint rejects the request without a redirect ({first.status}): client_id or redirect URI "
        "is unknown, or the path is wrong",
        "OG912",
        "redirect_uri",
        "Register exactly this redirect URI for the client, or correct redirect_uri, client_id or authorization_endpoint.",
    )


def _judge_redirect(error: str, other: str | None, login: AuthorizationRequest) -> Judgement:
    if error == "invalid_request":
        return _request_refused(other, login)
    if error == "invalid_scope":
        return judge_rejected(
            f"the authorization endpoint rejects the scope {' '.join(login.scopes)}",
            "OG902",
            "scopes",
            "Correct scopes, or have them allowed for the client.",
        )
    if error in {"unauthorized_client", "unsupported_response_type"}:
        return judge_rejected(
            "the authorization endpoint does not allow user logins for this client",
            "OG903",
            "grant_types",
            "Have the authorization code grant allowed for the client.",
        )
    demanded = "" if other is None and login.require_pkce else ", PKCE not required"
    if login.require_pkce and other == "invalid_request":
        demanded = ", PKCE required"
    return judge_accepted(f"client_id and redirect URI known{demanded}")


def _request_refused(other: str | None, login: AuthorizationRequest) -> Judgement:
    """Judge a request that reached the redirect URI and was rejected there.

    The cause is PKCE, or something else.
    """
    if other not in {None, "invalid_request"}:
        what, value = ("rejects PKCE", "false") if login.require_pkce else ("requires PKCE", "true")
        return judge_rejected(
            f"client_id and redirect URI are known, but the server {what}",
            "OG913",
            "require_pkce",
            f"Set require_pkce: {value}.",
        )
    return judge_accepted_with_remarks(
        "client_id and redirect URI known, but the authorization endpoint rejects the request with and without PKCE",
        "OG914",
        _SETTING,
        "Look up the server's requirements for authorization requests: pushed authorization requests (RFC 9126), a signed "
        "request (RFC 9101) or a parameter in the endpoint's query.",
    )


def _is_refused(answer: Answer) -> bool:
    return answer.status in _REFUSED


def _error(answer: Answer, login: AuthorizationRequest) -> str | None:
    """Return the error in a redirect to the redirect URI, empty if there is none.

    Return None for any other answer.
    """
    if not 300 <= answer.status < 400:  # noqa: PLR2004 - Redirection
        return None
    try:
        to, registered = urlsplit(answer.headers.get("location", "")), urlsplit(login.redirect_uri)
        same = (to.scheme, to.netloc, to.path or "/") == (registered.scheme, registered.netloc, registered.path or "/")
    except ValueError:
        return None
    fields: Mapping[str, str] = dict(parse_qsl(f"{to.query}&{to.fragment}"))
    return fields.get("error", "") if same else None


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
    worse = login.outcome in {Outcome.REJECTED, Outcome.UNREACHABLE} or login.code == "OG002"
    remarkable = token.works and login.outcome is Outcome.ACCEPTED_WITH_REMARKS
    return (login if worse or remarkable else token)._replace(reason=f"{token.reason}; {login.reason}")
