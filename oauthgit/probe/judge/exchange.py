"""Name the requests about a credential and hold their outcomes."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer, Failure


class RequestKind(StrEnum):
    """Describe kinds of requests by their difference from the configured one."""

    AS_CONFIGURED = "as configured"
    INTROSPECTION = "introspection of the token"
    UNKNOWN_GRANT = "unknown grant type"
    CONTROL = "altered secret"
    STRANGER = "made-up client"
    RAW_BASIC = "Basic without percent-encoding"
    OTHER_METHOD = "the other method"
    OTHER_METHOD_CONTROL = "the other method, altered secret"
    DUMMY_CODE = "dummy authorization code"
    DUMMY_CODE_CONTROL = "dummy authorization code, altered secret"
    REFRESH = "dummy refresh token"
    REFRESH_CONTROL = "dummy refresh token, altered secret"
    REFRESH_STRANGER = "dummy refresh token, made-up client"
    DUMMY_INTROSPECTION = "introspection of a dummy token"
    DUMMY_INTROSPECTION_CONTROL = "introspection of a dummy token, altered secret"
    DUMMY_INTROSPECTION_STRANGER = "introspection of a dummy token, made-up client"
    OTHER_GRANT = "client credentials"
    OTHER_GRANT_CONTROL = "client credentials, altered secret"
    OTHER_GRANT_STRANGER = "client credentials, made-up client"


class Question(NamedTuple):
    """Hold a request with the right secret, and those to compare it with."""

    step: RequestKind
    control: RequestKind
    stranger: RequestKind | None = None


CONFIGURED: Final = Question(RequestKind.AS_CONFIGURED, RequestKind.CONTROL, RequestKind.STRANGER)
OTHER_METHOD: Final = Question(RequestKind.OTHER_METHOD, RequestKind.OTHER_METHOD_CONTROL)
DUMMY_CODE: Final = Question(RequestKind.DUMMY_CODE, RequestKind.DUMMY_CODE_CONTROL)
REFRESH: Final = Question(RequestKind.REFRESH, RequestKind.REFRESH_CONTROL, RequestKind.REFRESH_STRANGER)
DUMMY_INTROSPECTION: Final = Question(
    RequestKind.DUMMY_INTROSPECTION, RequestKind.DUMMY_INTROSPECTION_CONTROL, RequestKind.DUMMY_INTROSPECTION_STRANGER
)
OTHER_GRANT: Final = Question(
    RequestKind.OTHER_GRANT, RequestKind.OTHER_GRANT_CONTROL, RequestKind.OTHER_GRANT_STRANGER
)
SECOND: Final = (DUMMY_INTROSPECTION, OTHER_GRANT, REFRESH)
"""The questions for a server that checks the code before the client, the most telling first."""
QUESTIONS: Final = (CONFIGURED, OTHER_METHOD, DUMMY_CODE, *SECOND)

CONTROLS: Final = frozenset(question.control for question in QUESTIONS)
"""The kinds of requests that send a wrong secret of the client; only ``--control`` permits them."""
STRANGERS: Final = frozenset(question.stranger for question in QUESTIONS if question.stranger)
"""The kinds of requests that send a made-up client and a made-up secret."""


class Exchange(NamedTuple):
    """Hold a request's kind, its outcome, and the credential as it was sent."""

    step: RequestKind
    outcome: Answer | Failure
    sent: Credential


def answer_of(exchanges: Sequence[Exchange], step: RequestKind | None) -> Answer | None:
    """Return the first answer to a request, or None if there is none."""
    found = next((each.outcome for each in exchanges if each.step is step), None)
    return found if isinstance(found, Answer) else None


def has_control(exchanges: Sequence[Exchange]) -> bool:
    """Return whether a wrong secret of the client has been sent."""
    return any(each.step in CONTROLS for each in exchanges)
