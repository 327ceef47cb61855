"""Decide which answers prove a secret.

An answer proves a secret only in comparison: with the answer to a wrong secret, or to a client that does not exist. A
server that is busy, blocked or locked gives other answers for other reasons; those are no comparison.
"""

from collections.abc import Sequence
from typing import Final

from oauthgit.model.credential import Credential
from oauthgit.model.formats.endpoint import matches, parse_endpoint
from oauthgit.probe.answer import UNAUTHORIZED, Answer
from oauthgit.probe.judge.error_codes import is_oauth_error, read_error, signature
from oauthgit.probe.judge.exchange import (
    CONFIGURED,
    OTHER_GRANT,
    REFRESH,
    SECOND,
    STRANGERS,
    Exchange,
    Question,
    RequestKind,
    answer_of,
)

_TOO_MANY_REQUESTS: Final = 429
_UNPROVEN: Final = frozenset({"server_error", "temporarily_unavailable", "slow_down", "wrong_endpoint"})
"""Error codes that never prove a secret, even if a wrong secret gets another answer."""


def is_fault(answer: Answer) -> bool:
    """Return True for an answer about the server, not about the request."""
    return answer.status == _TOO_MANY_REQUESTS or answer.status >= 500  # noqa: PLR2004 - Server Error


def refuses_client(answer: Answer, credential: Credential) -> bool:
    """Return True if the client is rejected (RFC 6749 section 5.2)."""
    word, meaning, _ = read_error(answer, credential.provider)
    return meaning == "invalid_client" or (answer.status == UNAUTHORIZED and not (word and is_oauth_error(meaning)))


def is_clear(answer: Answer, credential: Credential) -> bool:
    """Return True for a token, an introspection or a known error code.

    One such answer is enough for a comparison.
    """
    if is_fault(answer):
        return False
    meaning = read_error(answer, credential.provider).meaning
    known = is_oauth_error(meaning) and meaning not in _UNPROVEN
    return known or answer.token() is not None or isinstance(answer.fields().get("active"), bool)


def differs(
    exchanges: Sequence[Exchange], credential: Credential, step: RequestKind, other: RequestKind
) -> bool | None:
    """Return True if ``step`` and ``other`` get different answers.

    Return False if they get the same one, None if the answers are no comparison. If one has no known error code, it may
    come from a firewall or a lockout: then both must have got their answers twice, in turn.
    """
    ours, theirs = answer_of(exchanges, step), answer_of(exchanges, other)
    if ours is None or theirs is None:
        return None
    if _same(exchanges, step, other):
        return None if ours.status == _TOO_MANY_REQUESTS else False
    if is_fault(ours) or is_fault(theirs):
        return None
    if is_clear(ours, credential) and is_clear(theirs, credential):
        return True
    repeated = all(sum(each.step is kind for each in exchanges) > 1 for kind in (step, other))
    return True if repeated and _is_stable(exchanges, step) and _is_stable(exchanges, other) else None


def needs_repetition(exchanges: Sequence[Exchange], credential: Credential, question: Question) -> RequestKind | None:
    """Return the request to repeat, in the order A-B-A-B, or None.

    One of the answers to ``question`` may come from a firewall or a lockout.
    """
    other = compared_with(exchanges, question)
    ours, theirs = answer_of(exchanges, question.step), answer_of(exchanges, other)
    if other is None or ours is None or theirs is None or is_fault(ours) or is_fault(theirs):
        return None
    if is_clear(ours, credential) and is_clear(theirs, credential):
        return None
    if refuses_client(ours, credential) or _same(exchanges, question.step, other):
        return None
    if not (_is_stable(exchanges, question.step) and _is_stable(exchanges, other)):
        return None
    counts = [sum(each.step is kind for each in exchanges) for kind in (question.step, other)]
    return next((kind for kind, sent in zip((question.step, other), counts, strict=True) if sent == 1), None)


def compared_with(exchanges: Sequence[Exchange], question: Question) -> RequestKind | None:
    """Return the request that ``question`` was compared with, if any."""
    sent = {each.step for each in exchanges}
    return next((kind for kind in (question.control, question.stranger) if kind in sent), None)


def made_a_difference(exchanges: Sequence[Exchange], credential: Credential, question: Question) -> bool | None:
    """Return True if the credentials decided the answer, None if it is unknown."""
    other = compared_with(exchanges, question)
    return None if other is None else differs(exchanges, credential, question.step, other)


def proves(exchanges: Sequence[Exchange], credential: Credential, question: Question) -> bool:
    """Return True if only the right secret gets the answer to ``question``."""
    found = answer_of(exchanges, question.step)
    if found is None or refuses_client(found, credential):
        return False
    difference = made_a_difference(exchanges, credential, question)
    if found.token() is not None:
        return difference is not False
    meaning = read_error(found, credential.provider).meaning
    if (
        meaning == "unauthorized_client"
        and question is not OTHER_GRANT
        and compared_with(exchanges, question) in STRANGERS
    ):
        return False  # some servers answer so to a wrong secret of a client that they know
    return difference is True and meaning not in _UNPROVEN


def is_secret_right(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if the answers prove the secret.

    A comparison with the altered secret is a proof. A made-up client alone is none: a server may look up the client, then
    the code, and the secret last. So a second request must fit: with a dummy refresh token the client is not rejected.
    """
    by_control = compared_with(exchanges, CONFIGURED) is CONFIGURED.control
    if proves(exchanges, credential, CONFIGURED):
        if by_control or _has_token(exchanges) or catalogue_decides(credential):
            return True
        return _is_accepted(exchanges, credential, REFRESH.step)
    return any(proves(exchanges, credential, question) for question in SECOND)


def catalogue_decides(credential: Credential) -> bool:
    """Return True if the provider is known to check the secret before the code.

    The host of the token endpoint must be one of the provider's own. Software on any host could be another one: its
    entry comes from a setting, or from metadata.
    """
    provider = credential.provider
    if provider is None or provider.made_up_code != "discriminates":
        return False
    return matches(provider.hosts, parse_endpoint(credential.token_endpoint))


def raw_helps(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if the server accepts Basic only without percent-encoding.

    The encoded secret is the comparison: the server must have rejected it as a wrong one.
    """
    first, found = answer_of(exchanges, RequestKind.AS_CONFIGURED), answer_of(exchanges, RequestKind.RAW_BASIC)
    if first is None or found is None or not refuses_client(first, credential):
        return False
    user = credential.grant == "authorization_code" and is_clear(first, credential)
    return found.token() is not None or (user and read_error(found, credential.provider).meaning == "invalid_grant")


def _has_token(exchanges: Sequence[Exchange]) -> bool:
    first = answer_of(exchanges, RequestKind.AS_CONFIGURED)
    return first is not None and first.token() is not None


def _is_accepted(exchanges: Sequence[Exchange], credential: Credential, step: RequestKind) -> bool:
    """Return True if ``step`` got a known answer that accepts the client."""
    found = answer_of(exchanges, step)
    return found is not None and is_clear(found, credential) and not refuses_client(found, credential)


def _signatures(exchanges: Sequence[Exchange], *kinds: RequestKind) -> list[object]:
    sent = [each.sent for each in exchanges if each.step in kinds]
    return [
        signature(each.outcome, sent) if isinstance(each.outcome, Answer) else each.outcome
        for each in exchanges
        if each.step in kinds
    ]


def _same(exchanges: Sequence[Exchange], step: RequestKind, other: RequestKind) -> bool:
    return len(set(_signatures(exchanges, step, other))) == 1


def _is_stable(exchanges: Sequence[Exchange], step: RequestKind) -> bool:
    return len(set(_signatures(exchanges, step))) == 1
