"""Judge a single answer about a credential, without false acceptance."""

from typing import Final

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import UNAUTHORIZED, Answer, Failure
from oauthgit.probe.judge import network_failures, token_answer
from oauthgit.probe.judge.error_codes import Reading, is_oauth_error, read_error
from oauthgit.probe.judge.evidence import catalogue_decides
from oauthgit.probe.judge.judgement import (
    LOGIN_COMMAND,
    Judgement,
    judge_accepted,
    judge_inconclusive,
    judge_rejected,
    judge_unreachable,
)
from oauthgit.probe.requests import BASIC

_GONE: Final = {404, 405, 410}
_BUSY: Final = 429
_FORBIDDEN: Final = 403
_NO_FORMS: Final = 415
# Answers of nginx, Go, Apache and Tomcat to plain http on a port that expects TLS.
_PLAIN_TO_TLS: Final = (
    b"plain HTTP request was sent to HTTPS port",
    b"HTTP request to an HTTPS server",
    b"speaking plain HTTP to an SSL-enabled server port",
    b"combination of host and port requires TLS",
)
_CORRECT: Final = "Correct token_endpoint; see the server's documentation."

_REFUSALS: Final = {
    "invalid_client": judge_rejected(
        "the server rejects the client's credentials: the secret is wrong, the client is unknown, or {method} is not accepted",
        "OG901",
        "client_id",
        "Compare client_id, client_secret and token_endpoint_auth_method with the client's registration. smoke --control "
        "distinguishes a wrong method from a wrong secret.",
    )._replace(lasting=True),
    "unauthorized_client": judge_rejected(
        "the client may not use {grant}; at some servers this means a wrong secret",
        "OG903",
        "grant_types",
        "Have the grant allowed for the client. If it is allowed, check the secret.",
    ),
    "unsupported_grant_type": judge_rejected(
        "the server does not offer {grant}",
        "OG903",
        "grant_types",
        "Correct grant_types, or check that token_endpoint is the right server.",
    ),
    "invalid_scope": judge_rejected(
        "the server rejects the scope {scope}",
        "OG902",
        "scopes",
        "Correct scopes, or have them allowed for the client.",
    ),
}


def judge_single_answer(
    outcome: Answer | Failure, credential: Credential, introspected: Answer | None = None
) -> Judgement:
    """Judge a single outcome; ``introspected`` is the introspection of its token.

    The error code takes precedence over the status: some servers reject with 200. Only a token, and ``invalid_grant`` for
    a dummy authorization code, prove the secret. If the answer is not one of a token endpoint (a redirect, 404, 405, 410,
    a web page, other JSON), the verdict is ``judge_unreachable``, not ``judge_rejected``: it proves nothing about the secret.
    """
    scheme = credential.token_endpoint.partition(":")[0]
    if isinstance(outcome, Failure):
        return network_failures.judge(outcome, scheme)
    if outcome.status == 400 and any(words in outcome.body for words in _PLAIN_TO_TLS):  # noqa: PLR2004 - Bad Request
        return network_failures.judge(Failure.WRONG_SCHEME, scheme)
    reading = read_error(outcome, credential.provider)
    judgement = _status(outcome, reading)
    if judgement is None and reading.word:
        judgement = _judge_error(reading, credential)
    if judgement is None:
        judgement = _content(outcome, credential, introspected)
    return judgement._replace(error=reading.word)


def _status(answer: Answer, reading: Reading) -> Judgement | None:
    if answer.status == _BUSY:
        return judge_unreachable(
            "the server received too many requests (429)",
            "OG906",
            "token_endpoint",
            "Try again later. Lower smoke.per_host in the policy to send fewer requests at a time.",
        )
    if answer.status >= 500:  # noqa: PLR2004 - Server Error
        return judge_unreachable(
            f"the server failed with an internal error ({answer.status})",
            "OG906",
            "token_endpoint",
            "Try again later. If the error persists, ask the server's operator: some servers answer invalid requests like this.",
        )
    if is_oauth_error(reading.meaning) or answer.token():
        return None
    if answer.status == _FORBIDDEN and answer.is_html:
        return judge_unreachable(
            "a web page (403) answers instead of a token endpoint: a firewall in front of it, or a wrong path",
            "OG904",
            "token_endpoint",
            "Have the address of this machine allowed at the server's firewall, or correct token_endpoint.",
        )
    reason = _elsewhere(answer)
    return judge_unreachable(reason, "OG904", "token_endpoint", _CORRECT) if reason else None


def _elsewhere(answer: Answer) -> str:
    """Return the evidence that this is not a token endpoint, or an empty text."""
    if 300 <= answer.status < 400:  # noqa: PLR2004 - Redirection
        return f"the server redirects ({answer.status}), and secrets are never sent to the target of a redirect"
    if answer.status in _GONE:
        return f"no token endpoint answers at this path ({answer.status})"
    if answer.status == _NO_FORMS:
        return f"the endpoint accepts no forms ({answer.status}), which every token endpoint must accept (RFC 6749 section 4)"
    if answer.is_html and answer.status != 401:  # noqa: PLR2004 - Unauthorized: a gateway in front of an endpoint may answer so
        return f"a web page ({answer.status}) answers at this path, not a token endpoint"
    return ""


def _judge_error(reading: Reading, credential: Credential) -> Judgement:
    _, meaning, entry = reading
    says, remedy = (entry.says, entry.remedy) if entry else ("", "")
    if entry and entry.unverified and credential.grant == "authorization_code":
        words = f"the server sent a provider-specific error code; its meaning is not confirmed: {says or f'probably {meaning}'}"
        return judge_inconclusive(words, remedy or _LOOK_UP)
    if meaning == "wrong_endpoint":
        return judge_unreachable(says, "OG904", "token_endpoint", remedy or _CORRECT)
    if meaning == "invalid_grant" and credential.grant == "authorization_code":
        return _judge_code_refusal(credential)
    refusal = _REFUSALS.get(meaning) if not (entry and entry.unverified) else None
    if refusal is None or (meaning == "invalid_scope" and not credential.scopes):
        return _judge_other_refusal(meaning, credential, says, remedy)
    return _judge_refusal(refusal, reading, credential)


def _judge_other_refusal(meaning: str, credential: Credential, says: str, remedy: str) -> Judgement:
    """Judge an error that is not about the client, its grant or its scope.

    A service that gets no token does not work, right secret or not. A dummy code may be rejected for any reason.
    """
    if credential.grant == "authorization_code" or meaning in _TEMPORARY:
        words = "the server rejects the request for a reason that proves nothing about the secret"
        return judge_inconclusive(says or words, remedy or _LOOK_UP)
    words = "the server gives no token; the answer does not show if the secret is right"
    return judge_rejected(says or words, "OG915", "token_endpoint", remedy or _LOOK_UP)


_TEMPORARY: Final = {"server_error", "temporarily_unavailable", "slow_down", "authorization_pending"}
_LOOK_UP: Final = "Look up the error code in the server's documentation, and check the path of token_endpoint."


def _judge_refusal(refusal: Judgement, reading: Reading, credential: Credential) -> Judgement:
    """Complete a rejection with the settings and the catalogue's explanation."""
    grant, method, scope = credential.grant, credential.token_endpoint_auth_method, " ".join(credential.scopes)
    reason, entry = refusal.reason.format(grant=grant, method=method, scope=scope), reading.entry
    if entry:
        remedy, setting = entry.remedy or refusal.remedy, entry.setting or refusal.setting
        refusal = refusal._replace(remedy=remedy, setting=setting)
        reason = entry.says or reason
    provider = credential.provider
    if provider is None or reading.meaning != "invalid_client":
        return refusal._replace(reason=reason)
    methods = provider.token_endpoint_auth_methods
    if "token_endpoint_auth_methods" not in provider.unverified and methods and method not in methods:
        setting = "token_endpoint_auth_method"
        remedy = f"Set {setting}: {provider.title} accepts only {' or '.join(methods)}."
        refusal = refusal._replace(remedy=remedy, setting=setting)
    return refusal._replace(reason=reason)


def _judge_code_refusal(credential: Credential) -> Judgement:
    if catalogue_decides(credential):
        return judge_accepted("credentials accepted, dummy code rejected")
    if credential.provider and credential.provider.made_up_code == "proves_nothing":
        return judge_inconclusive(
            "the server answers the dummy authorization code the same to a right and a wrong secret",
            f"Only the login of a user can prove them: run {LOGIN_COMMAND}.",
        )
    return judge_inconclusive(
        "the server rejects the dummy authorization code; it is unknown whether it checks the credentials first",
        "Run smoke --control: it sends requests with a wrong secret to find out.",
    )


def _content(answer: Answer, credential: Credential, introspected: Answer | None) -> Judgement:
    found = answer.token()
    if found and credential.grant == "client_credentials":
        return token_answer.judge(answer, found, credential, introspected)
    if found:
        return judge_inconclusive(
            "the server gave a token for a dummy authorization code, so anyone can get one",
            "Tell the server's operator at once: the server does not check authorization codes.",
        )
    fields = answer.object()
    if fields is not None and answer.status == 200 and "access_token" not in fields:  # noqa: PLR2004 - OK
        what = "an introspection endpoint" if isinstance(fields.get("active"), bool) else "another service"
        reason = f"{what} answers at this path, not a token endpoint: its JSON has neither a token nor an error code"
        return judge_unreachable(reason, "OG904", "token_endpoint", _CORRECT)
    if answer.status == UNAUTHORIZED and (answer.wants_basic or credential.grant == "client_credentials"):
        return _judge_bare_401(answer, credential)
    if not answer.whole:
        reason = "the answer is longer than 64 KiB and was not read completely"
    elif fields is not None:
        reason = f"the answer ({answer.status}) has neither a token nor an error code"
    else:
        reason = f"the answer ({answer.status}) is not a JSON object, as a token endpoint returns it"
    return judge_inconclusive(reason, "Check that token_endpoint is a token endpoint (RFC 6749 section 5).")


def _judge_bare_401(answer: Answer, credential: Credential) -> Judgement:
    """Judge 401 without an error code, by the server or a gateway before it."""
    if answer.wants_basic and credential.token_endpoint_auth_method != BASIC:
        return judge_rejected(
            "the server demands the credentials in a Basic header (401), but they are sent in the body",
            "OG901",
            "token_endpoint_auth_method",
            "Set token_endpoint_auth_method: client_secret_basic. Run smoke --control first to see if it works.",
        )
    return judge_rejected(
        "the server rejects the request (401) without an error code: the secret is wrong, the client is unknown or locked, "
        "or a gateway rejects it",
        "OG901",
        "client_id",
        "Compare client_id and client_secret with the client's registration, and token_endpoint with the server's documentation.",
    )._replace(lasting=True)
