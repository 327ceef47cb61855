"""Select the next request about a credential by the answers so far."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.judge.error_codes import read_error, signature
from oauthgit.probe.judge.token_answer import returns_scope
from oauthgit.probe.requests import BASIC, is_changed_by_encoding


class RequestKind(StrEnum):
    """Describe kinds of requests by their difference from the configured one."""

    AS_CONFIGURED = "as configured"
    INTROSPECTION = "introspection of the token"
    CONTROL = "altered secret"
    RAW_BASIC = "Basic without percent-encoding"
    OTHER_METHOD = "the other method"
    OTHER_METHOD_CONTROL = "the other method, altered secret"
    DUMMY_CODE = "dummy authorization code"
    DUMMY_CODE_CONTROL = "dummy authorization code, altered secret"


CONTROLS: Final = frozenset({RequestKind.CONTROL, RequestKind.OTHER_METHOD_CONTROL, RequestKind.DUMMY_CODE_CONTROL})
"""The kinds of requests that send a wrong secret."""


class Exchange(NamedTuple):
    """Hold a request's kind, its outcome, and the credential as it was sent."""

    step: RequestKind
    outcome: Answer | Failure
    sent: Credential


def next_step(exchanges: Sequence[Exchange], credential: Credential, budget: int) -> RequestKind | None:
    """Return the kind of the next request, or None after the last one.

    ``budget`` is the number of requests beyond the first one and the introspection of its token; 0 forbids the control.
    The series ends at the first answer 429, at the first request that proves something, and if no token endpoint seems
    to answer.
    """
    kinds = {each.step for each in exchanges}
    spent = len(kinds - _FREE)
    may_go_on = spent < budget and _is_worth_it(exchanges)
    for step, applies in _CHOICES:
        if step not in kinds and (may_go_on or step in _FREE) and applies(exchanges, credential):
            return step
    return None


def answer_of(exchanges: Sequence[Exchange], step: RequestKind) -> Answer | None:
    """Return the answer to a request, or None if it was not sent or not answered."""
    found = next((each.outcome for each in exchanges if each.step is step), None)
    return found if isinstance(found, Answer) else None


def made_a_difference(exchanges: Sequence[Exchange], step: RequestKind, control: RequestKind) -> bool | None:
    """Return True if the secret decided the answer to ``step``.

    Return None if the answer to ``step`` or ``control`` is missing or proves nothing.
    """
    ours, theirs = answer_of(exchanges, step), answer_of(exchanges, control)
    if ours is None or theirs is None or _is_busy(theirs) or (_is_fault(theirs) and not _is_fault(ours)):
        return None
    sent = [each.sent for each in exchanges if each.step in {step, control}]
    return signature(ours, sent) != signature(theirs, sent)


def proves(exchanges: Sequence[Exchange], step: RequestKind, control: RequestKind) -> bool:
    """Return True if only the right secret gets the answer to ``step``.

    That is a token, or an answer other than the one to a wrong secret.
    """
    found = answer_of(exchanges, step)
    return found is not None and (found.token() is not None or made_a_difference(exchanges, step, control) is True)


def raw_helps(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if the server accepts Basic without percent-encoding.

    A different rejection does not prove it.
    """
    found = answer_of(exchanges, RequestKind.RAW_BASIC)
    if found is None or not made_a_difference(exchanges, RequestKind.RAW_BASIC, RequestKind.CONTROL):
        return False
    user = credential.grant == "authorization_code"
    return found.token() is not None or (user and read_error(found, credential.provider).meaning == "invalid_grant")


def _always(_exchanges: Sequence[Exchange], _credential: Credential) -> bool:
    return True


def _scope_is_open(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    first = answer_of(exchanges, RequestKind.AS_CONFIGURED)
    token = first.token() if first else None
    kinds = credential.introspection_endpoint and credential.scopes
    return bool(first and token and kinds and not returns_scope(first, token))


def _is_worth_it(exchanges: Sequence[Exchange]) -> bool:
    """Return True if a token endpoint answers and has not returned 429."""
    answers = [each.outcome for each in exchanges if isinstance(each.outcome, Answer)]
    return 0 < len(answers) == len(exchanges) and not any(map(_is_busy, answers)) and not _is_elsewhere(answers[0])


def _is_busy(answer: Answer) -> bool:
    return answer.status in {429, 502, 503, 504}


def _is_fault(answer: Answer) -> bool:
    return answer.status >= 500  # noqa: PLR2004 - Server Error


def _is_elsewhere(answer: Answer) -> bool:
    if signature(answer)[1] or answer.token() or _is_fault(answer) or answer.status == 401:  # noqa: PLR2004 - Unauthorized
        return False
    return 300 <= answer.status < 400 or answer.status in {404, 405, 410} or answer.is_html  # noqa: PLR2004 - Redirection


def _is_stuck(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if the secret made no difference, but another request may.

    A request that is rejected before the secret is checked gets the same answer again.
    """
    first = answer_of(exchanges, RequestKind.AS_CONFIGURED)
    if first is None or first.token() or raw_helps(exchanges, credential):
        return False
    early = read_error(first, credential.provider).meaning in {
        "invalid_grant",
        "invalid_scope",
        "unsupported_grant_type",
    }
    return not early and made_a_difference(exchanges, RequestKind.AS_CONFIGURED, RequestKind.CONTROL) is False


def _raw_may_help(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    basic = credential.token_endpoint_auth_method == BASIC
    return basic and is_changed_by_encoding(credential) and _is_stuck(exchanges, credential)


def _needs_control(step: RequestKind, exchanges: Sequence[Exchange], _credential: Credential) -> bool:
    """Return True if a request got a different answer, but no token.

    The answer to a wrong secret is needed then.
    """
    found = answer_of(exchanges, step)
    return found is not None and not found.token() and made_a_difference(exchanges, step, RequestKind.CONTROL) is True


def _code_may_help(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    method = proves(exchanges, RequestKind.OTHER_METHOD, RequestKind.OTHER_METHOD_CONTROL)
    return credential.grant == "client_credentials" and not method and _is_stuck(exchanges, credential)


_FREE: Final = frozenset({RequestKind.AS_CONFIGURED, RequestKind.INTROSPECTION})
_CHOICES: Final[tuple[tuple[RequestKind, Callable[[Sequence[Exchange], Credential], bool]], ...]] = (
    (RequestKind.AS_CONFIGURED, _always),
    (RequestKind.INTROSPECTION, _scope_is_open),
    (RequestKind.CONTROL, _always),
    (RequestKind.RAW_BASIC, _raw_may_help),
    (RequestKind.OTHER_METHOD, _is_stuck),
    (RequestKind.OTHER_METHOD_CONTROL, partial(_needs_control, RequestKind.OTHER_METHOD)),
    (RequestKind.DUMMY_CODE, _code_may_help),
    (RequestKind.DUMMY_CODE_CONTROL, partial(_needs_control, RequestKind.DUMMY_CODE)),
)
