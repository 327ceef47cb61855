"""What one answer proves by itself about the credentials it answers to, and never in their favour by mistake."""

from typing import Final

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.read import failures, token_answer
from oauthgit.probe.read.judgement import Judgement, accepted, inconclusive, rejected, unreachable
from oauthgit.probe.read.words import Reading, read
from oauthgit.probe.requests import BASIC

_GONE: Final = {404, 405, 410}
_BUSY: Final = 429
# What nginx, Go, Apache and Tomcat answer in plain http on a port that expects TLS.
_PLAIN_TO_TLS: Final = (
    b"plain HTTP request was sent to HTTPS port",
    b"HTTP request to an HTTPS server",
    b"speaking plain HTTP to an SSL-enabled server port",
    b"combination of host and port requires TLS",
)
_CORRECT: Final = "Correct token_endpoint; the server's documentation names it."

_REFUSALS: Final = {
    "invalid_client": rejected(
        "the server does not take the client's credentials: wrong secret, unknown client, or it does not accept {method}",
        "OG901",
        "client_id",
        "Compare client_id, client_secret and token_endpoint_auth_method with the client's registration; smoke --control "
        "tells a wrong method from a wrong secret.",
    )._replace(lasting=True),
    "unauthorized_client": rejected(
        "the client may not use {grant}, or, as some servers mean it, its secret is wrong",
        "OG903",
        "grant_types",
        "Have the grant allowed for the client; where it is allowed, check the secret.",
    )._replace(lasting=True),
    "unsupported_grant_type": rejected(
        "the server does not offer {grant}",
        "OG903",
        "grant_types",
        "Correct grant_types, or check that token_endpoint is the right server.",
    ),
    "invalid_scope": rejected(
        "the server refuses the scope {scope}",
        "OG902",
        "scopes",
        "Correct scopes, or have them allowed for the client.",
    ),
}


def alone(outcome: Answer | Failure, credential: Credential, introspected: Answer | None = None) -> Judgement:
    """Judge what came of a probe; ``introspected`` is what the server says of the token that it gave.

    The error word is looked for before the status is believed: some servers refuse with 200. Only a token, and
    ``invalid_grant`` for a made-up code, speak for the secret. Where something else than a token endpoint answers
    (redirect, 404, 405, 410, a web page, JSON of another kind) the endpoint was not reached, and nothing is known of
    the secret: that is ``unreachable``, not ``rejected``.
    """
    scheme = credential.token_endpoint.partition(":")[0]
    if isinstance(outcome, Failure):
        return failures.judge(outcome, scheme)
    if outcome.status == 400 and any(words in outcome.body for words in _PLAIN_TO_TLS):  # noqa: PLR2004 - Bad Request
        return failures.judge(Failure.WRONG_SCHEME, scheme)
    reading = read(outcome, credential.provider)
    judgement = _status(outcome, reading.meaning)
    if judgement is None and reading.word:
        judgement = _word(reading, credential)
    if judgement is None:
        judgement = _content(outcome, credential, introspected)
    return judgement._replace(error=reading.word)


def _status(answer: Answer, meaning: str) -> Judgement | None:
    if answer.status == _BUSY:
        return unreachable(
            "the server says that it gets too many requests (429)",
            "OG906",
            "token_endpoint",
            "Try again later; smoke.per_host in the policy lowers the pace.",
        )
    if answer.status >= 500:  # noqa: PLR2004 - Server Error
        return unreachable(
            f"the server answers with an error of its own ({answer.status})",
            "OG906",
            "token_endpoint",
            "Try again later; if it stays, ask the server's operator: some servers answer so to a request they dislike.",
        )
    if meaning in _REFUSALS:
        return None
    reason = _elsewhere(answer)
    return unreachable(reason, "OG904", "token_endpoint", _CORRECT) if reason else None


def _elsewhere(answer: Answer) -> str:
    """Say how this shows that no token endpoint answered, or nothing."""
    if 300 <= answer.status < 400:  # noqa: PLR2004 - Redirection
        return f"the server redirects ({answer.status}), and a secret is not sent after a redirect"
    if answer.status in _GONE:
        return f"no token endpoint answers at this path ({answer.status})"
    if answer.is_html and answer.status != 401:  # noqa: PLR2004 - Unauthorized: what guards an endpoint may answer so
        return f"no token endpoint answers at this path, but a web page ({answer.status})"
    return ""


def _word(reading: Reading, credential: Credential) -> Judgement:
    _, meaning, entry = reading
    says, remedy = (entry.says, entry.remedy) if entry else ("", "")
    if entry and entry.unverified:
        words = f"the provider's own error code; not confirmed: {says or f'probably {meaning}'}"
        return inconclusive(words, remedy or _LOOK_UP)
    if meaning == "wrong_endpoint":
        return unreachable(says, "OG904", "token_endpoint", remedy or _CORRECT)
    if meaning == "invalid_grant" and credential.grant == "authorization_code":
        return _refused_code(credential)
    refusal = _REFUSALS.get(meaning)
    if refusal is None or (meaning == "invalid_scope" and not credential.scopes):
        words = "the server refuses the request for a reason that says nothing certain about the secret"
        return inconclusive(says or words, remedy or _LOOK_UP)
    return _refused(refusal, reading, credential)


_LOOK_UP: Final = (
    "Look up the server's error code in its documentation, and check that token_endpoint is the right path."
)


def _refused(refusal: Judgement, reading: Reading, credential: Credential) -> Judgement:
    """Fill a refusal with what is configured and with what the catalogue knows of the provider's word for it."""
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
        takes = f"{provider.title} takes {' or '.join(methods)} only"
        setting = "token_endpoint_auth_method"
        refusal = refusal._replace(remedy=f"{takes}: set {setting}.", setting=setting)
    return refusal._replace(reason=reason)


def _refused_code(credential: Credential) -> Judgement:
    fact = credential.provider.made_up_code if credential.provider else "unknown"
    if fact == "proves_nothing":
        return inconclusive(
            "the server refuses the made-up code before it looks at the credentials",
            "Only a user's login can prove them; there is nothing to correct here.",
        )
    if fact == "unverified":
        return inconclusive(
            "the server refuses the made-up code, and it is not known whether it looks at the credentials first",
            "smoke --control finds out, with one request that carries a wrong secret.",
        )
    return accepted("made-up code refused, credentials taken")


def _content(answer: Answer, credential: Credential, introspected: Answer | None) -> Judgement:
    found = answer.token()
    if found and credential.grant == "client_credentials":
        return token_answer.judge(answer, found, credential, introspected)
    if found:
        return inconclusive(
            "the server gave a token for a made-up code, so it gives one to anybody",
            "Tell the server's operator at once: it does not check authorization codes.",
        )
    fields = answer.object()
    if fields is not None and answer.status == 200 and "access_token" not in fields:  # noqa: PLR2004 - OK
        what = "an introspection endpoint" if isinstance(fields.get("active"), bool) else "something"
        reason = f"{what} answers at this path, but no token endpoint: its JSON holds neither a token nor an error code"
        return unreachable(reason, "OG904", "token_endpoint", _CORRECT)
    if answer.wants_basic and credential.token_endpoint_auth_method != BASIC:
        return inconclusive(
            "the server demands the credentials in a Basic Auth header (401), and they are sent in the body",
            "Try token_endpoint_auth_method: client_secret_basic; smoke --control finds out whether it works.",
            "token_endpoint_auth_method",
        )
    if not answer.whole:
        reason = "the answer is longer than 64 KiB and was not read to its end"
    elif fields is not None:
        reason = f"the answer ({answer.status}) holds neither a token nor an error code"
    else:
        reason = f"the answer ({answer.status}) is not the JSON object that a token endpoint gives"
    return inconclusive(reason, "Check that token_endpoint is a token endpoint (RFC 6749 section 5).")
