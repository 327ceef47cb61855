"""Judge the login of a person: its answer, its tokens and one refresh."""

from enum import Enum, auto
from typing import Final, NamedTuple

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer, Failure, jwt_claims
from oauthgit.probe.interactive.attempt import LoginPlan
from oauthgit.probe.judge import token_answer
from oauthgit.probe.judge.error_codes import read_error
from oauthgit.probe.judge.judgement import (
    Judgement,
    judge_inconclusive,
    judge_not_run,
    judge_rejected,
)
from oauthgit.probe.judge.login import judge_known_error
from oauthgit.probe.judge.single_answer import judge_single_answer

_ENDPOINT: Final = "authorization_endpoint"
_LOGIN: Final = "a user login"
"""The name of the grant in messages: its code is a real one, unlike that of a smoke test."""
_NEEDS_PAGE: Final = {"login_required", "interaction_required", "consent_required", "account_selection_required"}
_TEMPORARY: Final = {"server_error", "temporarily_unavailable"}
_CLAIMS: Final = frozenset(
    (  # OpenID Connect Core sections 2, 3.1.3.6, 3.3.2.11 and 5.1
        *(
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "acr",
            "amr",
            "azp",
            "at_hash",
            "c_hash",
            "sid",
            "jti",
        ),
        *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture"),
        *("website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number"),
        *("phone_number_verified", "address", "updated_at"),
    )
)
"""The claims that are named; any other name could be part of a secret."""


class Absence(Enum):
    """Describe the reasons for a login without an answer."""

    TIMED_OUT = auto()
    INTERRUPTED = auto()
    GIVEN_UP = auto()
    ALL_REFUSED = auto()


class TokenExchanges(NamedTuple):
    """Hold the outcomes of the requests after a login; None if one was not sent.

    ``reuse`` is the outcome of the first refresh token, sent again.
    """

    redemption: Answer | Failure
    introspection: Answer | None = None
    refresh: Answer | Failure | None = None
    reuse: Answer | Failure | None = None


def judge_absence(absence: Absence, seconds: float) -> Judgement:
    """Judge a login from which no answer came back within ``seconds``."""
    remedy = (
        "If the server showed an error instead of its login page, compare client_id, redirect_uri, scopes and require_pkce "
        "with the client's registration. Otherwise run the command again."
    )
    if absence is Absence.INTERRUPTED:
        return judge_not_run("interrupted before the answer came back", _ENDPOINT, "Run the command again.")
    if absence is Absence.GIVEN_UP:
        return judge_not_run("ended before an answer came back", _ENDPOINT, remedy)
    if absence is Absence.ALL_REFUSED:
        return judge_inconclusive("no pasted address was the answer to this login", remedy, _ENDPOINT)
    return judge_inconclusive(f"no answer came back within {seconds:g} s", remedy, _ENDPOINT)


def judge_error(error: str, plan: LoginPlan) -> Judgement:
    """Judge an error of the authorization endpoint (RFC 6749 section 4.1.2.1)."""
    return _judge_error(error, plan)._replace(error=error)


def _judge_error(error: str, plan: LoginPlan) -> Judgement:
    if error in _TEMPORARY:
        return judge_inconclusive(
            "the authorization endpoint failed for now", "Run the command again later.", _ENDPOINT
        )
    if error == "access_denied":
        return judge_rejected(
            "the login was denied, by the person or by a rule of the server",
            "OG920",
            _ENDPOINT,
            "Run the command again and consent. If you did, look up at the server which rule denies this user or client.",
        )
    if error in _NEEDS_PAGE:
        silent = plan.prompt == "none"
        reason = "with prompt none the server may show no page, and it needs one" if silent else "the login did not end"
        remedy = (
            "Log in at the server in this browser first, or set user_login.prompt to another value."
            if silent
            else "Run the command again and follow every page of the server."
        )
        return judge_rejected(reason, "OG920", "user_login/prompt" if silent else _ENDPOINT, remedy)
    return judge_known_error(plan.request, error) or judge_rejected(
        "client_id and redirect URI are known, but the authorization endpoint rejects the request",
        "OG914",
        _ENDPOINT,
        "Look up the error code in the server's documentation: PKCE, a prompt or a parameter of the query may be the reason.",
    )


def judge_redemption(exchanges: TokenExchanges, plan: LoginPlan) -> Judgement:
    """Judge the answer to a code, by the rules for the tokens of a service."""
    answer, credential = exchanges.redemption, plan.credential._replace(grant=_LOGIN)
    if not isinstance(answer, Answer):
        return judge_single_answer(answer, credential)
    if token := answer.token():
        judgement = token_answer.judge(answer, token, credential, exchanges.introspection)
        given = "with a refresh token" if answer.token("refresh_token") else "without a refresh token"
        return judgement._replace(reason=f"{judgement.reason}, {given}")
    reading = read_error(answer, credential.provider)
    if reading.meaning != "invalid_grant":
        return judge_single_answer(answer, credential)
    return judge_rejected(
        "the server rejects the code: it was redeemed before, for example by the page at the redirect URI, it expired, or it "
        "belongs to another client, redirect URI or code_verifier",
        "OG921",
        "token_endpoint",
        "Run the command again, and paste the address at once. If it is rejected again, check that no program at the redirect "
        "URI redeems codes of others.",
    )._replace(error=reading.word)


def judge_refresh(exchanges: TokenExchanges, plan: LoginPlan) -> Judgement | None:
    """Judge the refresh token: given, accepted, rotated, with its scopes.

    Return None if the settings require none and the server gives none, or if there is no token at all.
    """
    first = exchanges.redemption
    if not isinstance(first, Answer) or not first.token():
        return None
    before = first.token("refresh_token")
    if before is None:
        return _judge_missing(plan) if plan.wants_refresh else None
    if exchanges.refresh is None:
        return judge_not_run(
            "interrupted before the refresh token was used", "token_endpoint", "Run the command again."
        )
    credential = plan.credential._replace(grant="refresh_token")
    answer = exchanges.refresh
    token = answer.token() if isinstance(answer, Answer) else None
    if not isinstance(answer, Answer) or token is None:
        return _judge_refused_refresh(answer, credential)
    scopes = token_answer.granted_scopes(first.fields(), first.token() or "", exchanges.introspection)
    judgement = token_answer.judge_refreshed(answer, token, credential, scopes)
    unasked = "" if plan.wants_refresh else ", which the settings do not require"
    how = _describe_rotation(before, answer.token("refresh_token"), exchanges.reuse)
    return judgement._replace(reason=f"{judgement.reason}, {how}{unasked}")


def _judge_refused_refresh(answer: Answer | Failure, credential: Credential) -> Judgement:
    if isinstance(answer, Answer) and (reading := read_error(answer, credential.provider)).meaning == "invalid_grant":
        return judge_rejected(
            "the server rejects the refresh token that it gave a moment before",
            "OG923",
            "token_endpoint",
            "Have the refresh token grant allowed for the client, and look for a rule of the server about refresh tokens.",
        )._replace(error=reading.word)
    return judge_single_answer(answer, credential)


def _judge_missing(plan: LoginPlan) -> Judgement:
    return judge_rejected(
        "the settings require a refresh token, but the server gives none",
        "OG922",
        "user_login/request_refresh_token",
        _advise_refresh(plan),
    )._replace(connector_status=-3)


def _advise_refresh(plan: LoginPlan) -> str:
    """Return the advice for a missing refresh token, by the facts of the provider."""
    known = plan.refresh_by
    if known and known.by == "never":
        return "The provider gives no refresh tokens: remove refresh_token from grant_types."
    if known and known.parameter:
        query = plan.request.authorization_endpoint.partition("?")[2].split("&")
        if known.parameter not in query:
            return f"Append ?{known.parameter} to authorization_endpoint."
    scope = (known and known.scope) or "offline_access"
    if scope not in plan.request.scopes:
        return f"Add {scope} to scopes, if the server gives a refresh token for it."
    if plan.prompt != "consent":
        return (
            f"Set user_login.prompt: consent. A server may give a refresh token for {scope} only with it (OpenID Connect Core "
            "section 11)."
        )
    return "Have the refresh token grant allowed for the client."


def _describe_rotation(before: str, after: str | None, reuse: Answer | Failure | None) -> str:
    if after is None or after == before:
        return "the refresh token stays the same"
    if reuse is None:
        return "the refresh token is replaced by a new one"
    if not isinstance(reuse, Answer):
        return "the refresh token is replaced by a new one; the old one got no answer"
    works = "still works" if reuse.token() else "is rejected"
    return f"the refresh token is replaced by a new one; the old one {works}"


def name_claims(answer: Answer | Failure) -> str:
    """Return the names of the claims in an ID token, or an empty text.

    Nobody checked its signature, so its values prove nothing.
    """
    token = answer.token("id_token") if isinstance(answer, Answer) else None
    if token is None:
        return ""
    claims = jwt_claims(token).keys()
    others = len(claims - _CLAIMS)
    names = [*sorted(claims & _CLAIMS), *([f"{others} more"] if others else [])]
    return f"ID token with the claims {', '.join(names) or 'none'}; their values are hidden and not verified"
