"""Judge a credential by all exchanges about it."""

from collections.abc import Sequence
from typing import Final

from oauthgit.model.credential import Credential
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Answer
from oauthgit.probe.judge.error_codes import read_error
from oauthgit.probe.judge.evidence import (
    is_clear,
    is_secret_right,
    made_a_difference,
    proves,
    raw_helps,
    refuses_client,
)
from oauthgit.probe.judge.exchange import (
    CONFIGURED,
    DUMMY_CODE,
    OTHER_METHOD,
    SECOND,
    Exchange,
    RequestKind,
    answer_of,
    has_control,
)
from oauthgit.probe.judge.judgement import (
    LOGIN_COMMAND,
    Judgement,
    judge_accepted,
    judge_accepted_with_remarks,
    judge_inconclusive,
    judge_login_unproven,
    judge_rejected,
    judge_unreachable,
)
from oauthgit.probe.judge.single_answer import judge_single_answer
from oauthgit.probe.requests import BASIC, POST

_RIGHT: Final = "the secret is right (a wrong one gets another answer)"
_ONLY_A_LOGIN: Final = f"Only the login of a user can prove the credentials: run {LOGIN_COMMAND}."
_TRY_CONTROL: Final = "Run smoke --control: it sends requests with a wrong secret to find out."


def classify(exchanges: Sequence[Exchange], credential: Credential) -> Judgement:
    """Judge a credential by its exchanges; the request as configured comes first.

    A token, and the catalogue's facts about a known provider, prove the secret by themselves. Any other answer proves it
    only in comparison with the answer to a wrong secret or to a made-up client; see :mod:`evidence`.
    """
    outcome = next(each.outcome for each in exchanges if each.step is RequestKind.AS_CONFIGURED)
    judgement = judge_single_answer(outcome, credential, answer_of(exchanges, RequestKind.INTROSPECTION))
    if not isinstance(outcome, Answer):
        return judgement
    if outcome.token():
        return judgement if made_a_difference(exchanges, credential, CONFIGURED) is not False else _unchecked(judgement)
    found = _judge_endpoint(exchanges, judgement) or _judge_variants(exchanges, credential)
    if found is None and is_secret_right(exchanges, credential):
        found = _judge_accepted(exchanges, outcome, judgement, credential)
    return (found or _judge_unproven(exchanges, judgement, credential))._replace(error=judgement.error)


def _unchecked(judgement: Judgement) -> Judgement:
    """Judge a token that a wrong secret gets as well: the server ignores the secret."""
    if not judgement.works:
        return judgement
    return judge_accepted_with_remarks(
        f"{judgement.reason}; but the server gives a token for a wrong secret too",
        "OG916",
        "token_endpoint",
        "Tell the server's operator at once: anyone with the client_id can get a token.",
    )


def _judge_endpoint(exchanges: Sequence[Exchange], judgement: Judgement) -> Judgement | None:
    """Judge an endpoint that an unknown grant type shows to be another one."""
    answer = answer_of(exchanges, RequestKind.UNKNOWN_GRANT)
    if answer is None or judgement.code == "OG904":
        return None
    fields = answer.fields()
    if isinstance(fields.get("active"), bool):
        other = "an introspection endpoint"
    elif answer.status == 200 and answer.whole and answer.body.strip() in {b"", b"{}"}:  # noqa: PLR2004 - OK (RFC 7009 section 2.2)
        other = "a revocation endpoint"
    else:
        return None
    return judge_unreachable(
        f"{other} answers at this path, not a token endpoint",
        "OG904",
        "token_endpoint",
        "Correct token_endpoint; see the server's documentation.",
    )


def _judge_variants(exchanges: Sequence[Exchange], credential: Credential) -> Judgement | None:
    """Judge requests that differ from the configured one, if one of them works."""
    if proves(exchanges, credential, OTHER_METHOD):
        other = POST if credential.token_endpoint_auth_method == BASIC else BASIC
        return judge_rejected(
            f"wrong authentication method: {other} works",
            "OG905",
            "token_endpoint_auth_method",
            f"Set token_endpoint_auth_method: {other}.",
        )
    if raw_helps(exchanges, credential):
        return judge_accepted_with_remarks(
            "credentials accepted, but in the Basic header only without percent-encoding, against RFC 6749 section 2.3.1",
            "OG909",
            "token_endpoint_auth_method",
            "Have a secret issued that has letters and digits only: it is the same in every encoding.",
        )
    if proves(exchanges, credential, DUMMY_CODE):
        return judge_rejected(
            f"the secret is right (a dummy authorization code proves it), but the server rejects {credential.grant}",
            "OG903",
            "grant_types",
            "Have the grant allowed for the client. Some servers accept services only with client_secret_basic.",
        )
    return None


def _judge_accepted(
    exchanges: Sequence[Exchange], answer: Answer, judgement: Judgement, credential: Credential
) -> Judgement:
    """Judge an answer that only the right secret gets."""
    if judgement.outcome is Outcome.UNREACHABLE and credential.grant == "authorization_code":
        return judgement
    if judgement.outcome is Outcome.REJECTED and judgement.code != "OG915":  # the grant or the scope
        certain = judgement.reason.partition("; at some servers")[0]
        return judgement._replace(reason=f"{_RIGHT}, but {certain}", lasting=False)
    if credential.grant == "client_credentials":
        return judge_rejected(
            f"{_RIGHT}, but the server rejects the request",
            "OG915",
            "token_endpoint",
            "Look up the server's error code: a parameter, or a setting in the client's registration, may be missing.",
        )
    return _judge_accepted_login(exchanges, answer, judgement, credential)


def _judge_accepted_login(
    exchanges: Sequence[Exchange], answer: Answer, judgement: Judgement, credential: Credential
) -> Judgement:
    """Judge the answer to a dummy code of a client whose secret is right."""
    meaning = read_error(answer, credential.provider).meaning
    if meaning in {"", "invalid_request"} and not _is_token_endpoint(exchanges, credential):
        return judge_inconclusive(
            f"{_RIGHT}, but a token endpoint would answer the dummy authorization code with invalid_grant",
            "Check that token_endpoint is a token endpoint: other endpoints of the same server answer like this.",
        )
    if meaning == "invalid_request":
        unproven = judge_login_unproven("the server rejects the dummy authorization code as it may reject the grant")
        return unproven._replace(reason=f"credentials accepted; {unproven.reason}", setting="token_endpoint")
    if judgement.works:
        return judge_accepted(judgement.reason)
    if proves(exchanges, credential, CONFIGURED):
        who = "a wrong secret" if has_control(exchanges) else "an unknown client"
        return judge_accepted(f"credentials accepted, dummy code rejected: {who} gets another answer")
    other = next(question.step for question in SECOND if proves(exchanges, credential, question))
    return judge_accepted(
        f"credentials accepted: shown by another request ({other}), as the code is checked before them"
    )


def _is_token_endpoint(exchanges: Sequence[Exchange], credential: Credential) -> bool:
    answer = answer_of(exchanges, RequestKind.UNKNOWN_GRANT)
    return answer is not None and read_error(answer, credential.provider).meaning == "unsupported_grant_type"


def _is_refused(exchange: Exchange, credential: Credential) -> bool:
    second = exchange.step in {question.step for question in SECOND}
    return second and isinstance(exchange.outcome, Answer) and refuses_client(exchange.outcome, credential)


def _judge_unproven(exchanges: Sequence[Exchange], judgement: Judgement, credential: Credential) -> Judgement:
    """Judge an answer if no request proved the secret."""
    if credential.grant == "authorization_code" and judgement.outcome in {Outcome.ACCEPTED, Outcome.INCONCLUSIVE}:
        return _judge_login_unproven(exchanges, judgement, credential)
    if judgement.code == "OG901" and answer_of(exchanges, RequestKind.OTHER_METHOD):
        reason = "the server rejects the client's credentials with both methods: the secret is wrong or the client is unknown"
        remedy = "Compare client_id and client_secret with the client's registration."
        return judgement._replace(reason=reason, remedy=remedy)
    sent = answer_of(exchanges, RequestKind.UNKNOWN_GRANT) is not None
    if judgement.code == "OG915" and sent and not _is_token_endpoint(exchanges, credential):
        return judgement._replace(reason=f"{judgement.reason}; it may not come from a token endpoint")
    return judgement


def _judge_login_unproven(exchanges: Sequence[Exchange], judgement: Judgement, credential: Credential) -> Judgement:
    """Judge an answer to a dummy code that proves nothing."""
    difference = made_a_difference(exchanges, credential, CONFIGURED)
    if judgement.outcome is Outcome.ACCEPTED and difference is not False:
        return judgement  # by the catalogue
    controlled = has_control(exchanges)
    refusal = next((each.step for each in exchanges if _is_refused(each, credential)), None)
    if refusal is not None:
        return judge_inconclusive(
            f"the server rejects the dummy authorization code, but for another request ({refusal}) it rejects the client: the "
            "secret is wrong, or the client may not send this request",
            f"Compare client_secret with the client's registration. {'' if controlled else _TRY_CONTROL}".strip(),
        )
    first = answer_of(exchanges, RequestKind.AS_CONFIGURED)
    if difference is False and first is not None and is_clear(first, credential):
        who = "with any secret" if controlled else "of any client"
        return judge_inconclusive(
            f"the server rejects the dummy authorization code {who}", _ONLY_A_LOGIN if controlled else _TRY_CONTROL
        )
    if controlled and difference is None:
        return judge_inconclusive(
            "the answer to a wrong secret is no comparison: the server is busy, blocks requests or locked the client",
            "Run smoke --control again later.",
        )
    return judgement
