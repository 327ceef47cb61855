"""Select the next request about a credential by the answers so far."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from oauthgit.model.credential import Credential
from oauthgit.probe.answer import Answer
from oauthgit.probe.judge.error_codes import is_oauth_error, read_error, signature
from oauthgit.probe.judge.evidence import (
    catalogue_decides,
    is_clear,
    is_fault,
    is_secret_right,
    made_a_difference,
    needs_repetition,
    proves,
    raw_helps,
    refuses_client,
)
from oauthgit.probe.judge.exchange import (
    CONFIGURED,
    DUMMY_CODE,
    DUMMY_INTROSPECTION,
    OTHER_GRANT,
    OTHER_METHOD,
    QUESTIONS,
    REFRESH,
    SECOND,
    Exchange,
    Question,
    RequestKind,
    answer_of,
    has_control,
)
from oauthgit.probe.judge.token_answer import returns_scope
from oauthgit.probe.requests import BASIC, is_changed_by_encoding

PLAIN: Final = 4
"""The number of further requests without ``--control``; none has a wrong secret of the client."""

Applies = Callable[[Sequence[Exchange], Credential], bool]


def next_step(exchanges: Sequence[Exchange], credential: Credential, budget: int) -> RequestKind | None:
    """Return the kind of the next request, or None after the last one.

    ``budget`` is the number of requests beyond the first one and the introspection of its token; 0 forbids requests with a
    wrong secret, and :data:`PLAIN` others may be sent. The series ends at the first answer about the server instead of the
    request, at the first proof, and if no token endpoint seems to answer.
    """
    kinds = {each.step for each in exchanges}
    spent = sum(each.step is not RequestKind.INTROSPECTION for each in exchanges) - 1
    may_go_on = spent < (budget or PLAIN) and _is_worth_it(exchanges, credential)
    again = next(filter(None, (needs_repetition(exchanges, credential, question) for question in QUESTIONS)), None)
    if again is not None:
        return again if may_go_on else None
    for step, applies in _CONTROLLED if budget else _PLAIN:
        if step not in kinds and (may_go_on or step in _FREE) and applies(exchanges, credential):
            return step
    return None


def _always(_exchanges: Sequence[Exchange], _credential: Credential) -> bool:
    return True


def _scope_is_open(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    first = answer_of(exchanges, RequestKind.AS_CONFIGURED)
    token = first.token() if first else None
    kinds = credential.introspection_endpoint and credential.scopes
    return bool(first and token and kinds and not returns_scope(first, token))


def _is_worth_it(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if a token endpoint answers and is not busy."""
    answers = [each.outcome for each in exchanges if isinstance(each.outcome, Answer)]
    if not 0 < len(answers) == len(exchanges) or any(answer.status in _BUSY for answer in answers):
        return False
    return not _is_elsewhere(answers[0], credential)


_BUSY: Final = {429, 502, 503, 504}


def _is_elsewhere(answer: Answer, credential: Credential) -> bool:
    """Return True for a redirect, 404 or a web page without any sign of OAuth."""
    if answer.token() or is_clear(answer, credential) or is_fault(answer) or answer.status == 401:  # noqa: PLR2004 - Unauthorized
        return False
    moved = 300 <= answer.status < 400 or answer.status in {404, 405, 410, 415}  # noqa: PLR2004 - Redirection
    return moved or (answer.is_html and not signature(answer)[1])


def _may_be_elsewhere(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if the first answer may come from another endpoint.

    A token endpoint answers an unknown grant type by ``unsupported_grant_type``; introspection and revocation endpoints
    never do.
    """
    first = answer_of(exchanges, RequestKind.AS_CONFIGURED)
    if first is None or first.token() or is_fault(first) or refuses_client(first, credential) or not first.whole:
        return False
    meaning = read_error(first, credential.provider).meaning
    return meaning in _OF_ANY_ENDPOINT or not is_oauth_error(meaning)


_OF_ANY_ENDPOINT: Final = {"invalid_request", "invalid_token", "unsupported_token_type"}


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
    return not early and made_a_difference(exchanges, credential, CONFIGURED) is False


def _raw_may_help(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    first = answer_of(exchanges, RequestKind.AS_CONFIGURED)
    basic = credential.token_endpoint_auth_method == BASIC
    return first is not None and basic and is_changed_by_encoding(credential) and refuses_client(first, credential)


def _needs_control(question: Question, exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if a request got no token and no rejection of the client.

    The answer to a wrong secret is needed then.
    """
    found = answer_of(exchanges, question.step)
    return found is not None and not found.token() and not refuses_client(found, credential)


def _code_may_help(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    method = proves(exchanges, credential, OTHER_METHOD)
    return credential.grant == "client_credentials" and not method and _is_stuck(exchanges, credential)


def _code_is_open(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if a dummy code was rejected, perhaps before the secret."""
    first = answer_of(exchanges, RequestKind.AS_CONFIGURED)
    if first is None or credential.grant != "authorization_code" or first.token() or not is_clear(first, credential):
        return False
    return not (catalogue_decides(credential) or refuses_client(first, credential))


def _stranger_may_help(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    known = credential.provider is not None and credential.provider.made_up_code == "proves_nothing"
    return _code_is_open(exchanges, credential) and not known


def _may_confirm(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if a dummy refresh token may confirm what the made-up client shows."""
    return _code_is_open(exchanges, credential) and not is_secret_right(exchanges, credential)


def _may_help(question: Question, exchanges: Sequence[Exchange], credential: Credential) -> bool:
    """Return True if ``question`` may prove what a dummy code does not.

    Client credentials may bring a token. Without ``--control``, they are requested only if it can be revoked.
    """
    if made_a_difference(exchanges, credential, CONFIGURED) or not _may_confirm(exchanges, credential):
        return False
    sent = [other for other in SECOND if other is not question and answer_of(exchanges, other.step)]
    if any(_needs_control(other, exchanges, credential) for other in sent):
        return False  # one comparison is enough: the budget is for one
    if question is DUMMY_INTROSPECTION:
        return credential.introspection_endpoint is not None
    return question is REFRESH or credential.revocation_endpoint is not None or has_control(exchanges)


def _refresh_may_help(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    confirms = made_a_difference(exchanges, credential, CONFIGURED) and _may_confirm(exchanges, credential)
    return bool(confirms) or _may_help(REFRESH, exchanges, credential)


def _is_open(question: Question, exchanges: Sequence[Exchange], credential: Credential) -> bool:
    return _may_confirm(exchanges, credential) and _needs_control(question, exchanges, credential)


_FREE: Final = frozenset({RequestKind.AS_CONFIGURED, RequestKind.INTROSPECTION})
_PLAIN: Final[tuple[tuple[RequestKind, Applies], ...]] = (
    (RequestKind.AS_CONFIGURED, _always),
    (RequestKind.INTROSPECTION, _scope_is_open),
    (RequestKind.RAW_BASIC, _raw_may_help),
    (RequestKind.UNKNOWN_GRANT, _may_be_elsewhere),
    (RequestKind.STRANGER, _stranger_may_help),
    (RequestKind.DUMMY_INTROSPECTION, partial(_may_help, DUMMY_INTROSPECTION)),
    (RequestKind.DUMMY_INTROSPECTION_STRANGER, partial(_is_open, DUMMY_INTROSPECTION)),
    (RequestKind.OTHER_GRANT, partial(_may_help, OTHER_GRANT)),
    (RequestKind.OTHER_GRANT_STRANGER, partial(_is_open, OTHER_GRANT)),
    (RequestKind.REFRESH, _refresh_may_help),
    (RequestKind.REFRESH_STRANGER, partial(_is_open, REFRESH)),
)
_CONTROLLED: Final[tuple[tuple[RequestKind, Applies], ...]] = (
    (RequestKind.AS_CONFIGURED, _always),
    (RequestKind.INTROSPECTION, _scope_is_open),
    (RequestKind.CONTROL, _always),
    (RequestKind.RAW_BASIC, _raw_may_help),
    (RequestKind.UNKNOWN_GRANT, _may_be_elsewhere),
    (RequestKind.OTHER_METHOD, _is_stuck),
    (RequestKind.OTHER_METHOD_CONTROL, partial(_needs_control, OTHER_METHOD)),
    (RequestKind.DUMMY_CODE, _code_may_help),
    (RequestKind.DUMMY_CODE_CONTROL, partial(_needs_control, DUMMY_CODE)),
    (RequestKind.DUMMY_INTROSPECTION, partial(_may_help, DUMMY_INTROSPECTION)),
    (RequestKind.DUMMY_INTROSPECTION_CONTROL, partial(_is_open, DUMMY_INTROSPECTION)),
    (RequestKind.OTHER_GRANT, partial(_may_help, OTHER_GRANT)),
    (RequestKind.OTHER_GRANT_CONTROL, partial(_is_open, OTHER_GRANT)),
    (RequestKind.REFRESH, partial(_may_help, REFRESH)),
    (RequestKind.REFRESH_CONTROL, partial(_is_open, REFRESH)),
)
