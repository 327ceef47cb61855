"""What an answer proves about the credentials it answers to: pure, and never in their favour by mistake."""

from collections.abc import Mapping
from typing import Any

from oauthgit.model.credential import Credential
from oauthgit.probe import failures, token_answer
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.judgement import Judgement, accepted, inconclusive, rejected, unreachable

_GONE = {404, 405, 410}
_BUSY = 429
# What nginx, Go, Apache and Tomcat answer in plain http on a port that expects TLS.
_PLAIN_TO_TLS = (
    b"plain HTTP request was sent to HTTPS port",
    b"HTTP request to an HTTPS server",
    b"speaking plain HTTP to an SSL-enabled server port",
    b"combination of host and port requires TLS",
)
_CORRECT = "Correct token_endpoint; the server's documentation names it. A few servers answer so to an unknown client."

_REFUSALS = {
    "invalid_client": rejected(
        "the server does not take the client's credentials: wrong secret, unknown client, or it does not accept {method}",
        "OG901",
        "client_id",
        "Compare client_id, client_secret and token_endpoint_auth_method with the client's registration.",
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


def classify(outcome: Answer | Failure, credential: Credential) -> Judgement:
    """Judge what came of a probe.

    The error word is looked for before the status is believed: some servers refuse with 200. Only a token, and
    ``invalid_grant`` for a made-up code, speak for the secret. Where something else than a token endpoint answers
    (redirect, 404, 405, 410, a web page) the endpoint was not reached, and nothing is known of the secret: that is
    ``unreachable``, not ``rejected``.
    """
    scheme = credential.token_endpoint.partition(":")[0]
    if isinstance(outcome, Failure):
        return failures.judge(outcome, scheme)
    if outcome.status == 400 and any(words in outcome.body for words in _PLAIN_TO_TLS):  # noqa: PLR2004 - Bad Request
        return failures.judge(Failure.WRONG_SCHEME, scheme)
    word = _error(outcome.fields(), credential.errors)
    judgement = _status(outcome, credential.errors.get(word, word))
    if judgement is None:
        judgement = _word(word, credential) if word else _content(outcome, credential)
    return judgement._replace(error=word)


def _error(fields: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """Return the server's word for what went wrong (RFC 6749 section 5.2), or nothing."""
    error = fields.get("error")
    if isinstance(error, Mapping):
        nested = [error.get(key) for key in ("code", "type", "status")]
        words = [str(word) for word in nested if isinstance(word, str | int)]
        return next((word for word in words if word in known), words[0] if words else "unknown")
    if isinstance(error, str):
        return error
    if error:
        return "unknown"
    others = [fields.get(key) for key in ("status", "code", "errorCode", "error_code")]
    return next((str(word) for word in others if isinstance(word, str | int) and str(word) in known), "")


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
    return f"no token endpoint answers at this path, but a web page ({answer.status})" if answer.is_html else ""


def _word(word: str, credential: Credential) -> Judgement:
    meaning = credential.errors.get(word, word)
    if meaning == "invalid_grant" and credential.grant == "authorization_code":
        if credential.made_up_code == "proves_nothing":
            return inconclusive(
                "the server refuses the made-up code before it looks at the credentials",
                "Only a user's login can prove them; there is nothing to correct here.",
            )
        return accepted("made-up code refused, credentials taken")
    refusal = _REFUSALS.get(meaning)
    if refusal is None or (meaning == "invalid_scope" and not credential.scopes):
        return inconclusive(
            "the server refuses the request for a reason that says nothing certain about the secret",
            "Look up the server's error code in its documentation.",
        )
    grant, method, scope = credential.grant, credential.token_endpoint_auth_method, " ".join(credential.scopes)
    return refusal._replace(reason=refusal.reason.format(grant=grant, method=method, scope=scope))


def _content(answer: Answer, credential: Credential) -> Judgement:
    found = answer.token()
    if found and credential.grant == "client_credentials":
        return token_answer.judge(answer, found, credential.scopes)
    if found:
        return inconclusive(
            "the server gave a token for a made-up code, so it gives one to anybody",
            "Tell the server's operator at once: it does not check authorization codes.",
        )
    if not answer.whole:
        reason = "the answer is longer than 64 KiB and was not read to its end"
    elif answer.object() is not None:
        reason = f"the answer ({answer.status}) holds neither a token nor an error code"
    else:
        reason = f"the answer ({answer.status}) is not the JSON object that a token endpoint gives"
    return inconclusive(reason, "Check that token_endpoint is a token endpoint (RFC 6749 section 5).")
