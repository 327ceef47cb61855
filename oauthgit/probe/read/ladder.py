"""The ladder: what is worth asking next about a credential, given what was answered so far."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import Final, NamedTuple

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.read.token_answer import tells_scope
from oauthgit.probe.read.words import read, signature
from oauthgit.probe.requests import BASIC, is_changed_by_encoding


class Step(StrEnum):
    """A request about a credential, by what is different in it from what is configured."""

    AS_CONFIGURED = "as configured"
    INTROSPECTION = "introspection of the token"
    CONTROL = "altered secret"
    RAW_BASIC = "Basic without percent-encoding"
    OTHER_METHOD = "the other method"
    OTHER_METHOD_CONTROL = "the other method, altered secret"
    MADE_UP_CODE = "made-up code"
    MADE_UP_CODE_CONTROL = "made-up code, altered secret"


ALTERED: Final = frozenset({Step.CONTROL, Step.OTHER_METHOD_CONTROL, Step.MADE_UP_CODE_CONTROL})
"""The steps that send a wrong secret."""


class Exchange(NamedTuple):
    """A step, what came of it, and the credential as it was sent."""

    step: Step
    outcome: Answer | Failure
    sent: Credential


def next_step(exchanges: Sequence[Exchange], credential: Credential, budget: int) -> Step | None:
    """Return what to ask next, or None where nothing more is worth it.

    ``budget`` is how many requests may be sent beyond the first and the introspection of its token; 0 forbids the
    control. It ends with the first answer 429, with the first step that proves something, and where no token endpoint
    seems to answer.
    """
    asked = {each.step for each in exchanges}
    spent = len(asked - _FREE)
    may_go_on = spent < budget and _is_worth_it(exchanges)
    for step, applies in _LADDER:
        if step not in asked and (may_go_on or step in _FREE) and applies(exchanges, credential):
            return step
    return None


def answer_of(exchanges: Sequence[Exchange], step: Step) -> Answer | None:
    """Return the answer of a step, or None if it was not asked or not answered."""
    found = next((each.outcome for each in exchanges if each.step is step), None)
    return found if isinstance(found, Answer) else None


def made_a_difference(exchanges: Sequence[Exchange], step: Step, control: Step) -> bool | None:
    """Tell whether the secret decided the answer of ``step``; None where one of the two answers says nothing."""
    ours, theirs = answer_of(exchanges, step), answer_of(exchanges, control)
    if ours is None or theirs is None or _is_busy(theirs) or (_is_fault(theirs) and not _is_fault(ours)):
        return None
    sent = [each.sent for each in exchanges if each.step in {step, control}]
    return signature(ours, sent) != signature(theirs, sent)


def proves(exchanges: Sequence[Exchange], step: Step, control: Step) -> bool:
    """Tell whether the answer of ``step`` is one that only the right secret gets: a token, or another than a wrong one."""
    found = answer_of(exchanges, step)
    return found is not None and (found.token() is not None or made_a_difference(exchanges, step, control) is True)


def raw_helps(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Tell whether the credentials are taken in the Basic scheme as they are; another refusal is no such sign."""
    found = answer_of(exchanges, Step.RAW_BASIC)
    if found is None or not made_a_difference(exchanges, Step.RAW_BASIC, Step.CONTROL):
        return False
    user = credential.grant == "authorization_code"
    return found.token() is not None or (user and read(found, credential.provider).meaning == "invalid_grant")


def _always(_exchanges: Sequence[Exchange], _credential: Credential) -> bool:
    return True


def _scope_is_open(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    first = answer_of(exchanges, Step.AS_CONFIGURED)
    token = first.token() if first else None
    asked = credential.introspection_endpoint and credential.scopes
    return bool(first and token and asked and not tells_scope(first, token))


def _is_worth_it(exchanges: Sequence[Exchange]) -> bool:
    """Tell whether a token endpoint answers, and has not had enough of it."""
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
    """Tell whether the secret made no difference, and another way of asking may: what is refused before it may not."""
    first = answer_of(exchanges, Step.AS_CONFIGURED)
    if first is None or first.token() or raw_helps(exchanges, credential):
        return False
    early = read(first, credential.provider).meaning in {"invalid_grant", "invalid_scope", "unsupported_grant_type"}
    return not early and made_a_difference(exchanges, Step.AS_CONFIGURED, Step.CONTROL) is False


def _raw_may_help(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    basic = credential.token_endpoint_auth_method == BASIC
    return basic and is_changed_by_encoding(credential) and _is_stuck(exchanges, credential)


def _needs_control(step: Step, exchanges: Sequence[Exchange], _credential: Credential) -> bool:
    """Tell whether a step is answered otherwise, but not with a token: what a wrong secret gets there is then open."""
    found = answer_of(exchanges, step)
    return found is not None and not found.token() and made_a_difference(exchanges, step, Step.CONTROL) is True


def _code_may_help(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    method = proves(exchanges, Step.OTHER_METHOD, Step.OTHER_METHOD_CONTROL)
    return credential.grant == "client_credentials" and not method and _is_stuck(exchanges, credential)


_FREE: Final = frozenset({Step.AS_CONFIGURED, Step.INTROSPECTION})
_LADDER: Final[tuple[tuple[Step, Callable[[Sequence[Exchange], Credential], bool]], ...]] = (
    (Step.AS_CONFIGURED, _always),
    (Step.INTROSPECTION, _scope_is_open),
    (Step.CONTROL, _always),
    (Step.RAW_BASIC, _raw_may_help),
    (Step.OTHER_METHOD, _is_stuck),
    (Step.OTHER_METHOD_CONTROL, partial(_needs_control, Step.OTHER_METHOD)),
    (Step.MADE_UP_CODE, _code_may_help),
    (Step.MADE_UP_CODE_CONTROL, partial(_needs_control, Step.MADE_UP_CODE)),
)
