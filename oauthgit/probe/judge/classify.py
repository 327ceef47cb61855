"""Judge a credential by all exchanges about it."""

from collections.abc import Sequence
from typing import Final

from oauthgit.model.credential import Credential
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Answer
from oauthgit.probe.judge.error_codes import read_error
from oauthgit.probe.judge.judgement import (
    Judgement,
    judge_accepted,
    judge_accepted_with_remarks,
    judge_inconclusive,
    judge_rejected,
)
from oauthgit.probe.judge.next_request import Exchange, RequestKind, answer_of, made_a_difference, proves, raw_helps
from oauthgit.probe.judge.single_answer import judge_single_answer
from oauthgit.probe.requests import BASIC, POST

_RIGHT: Final = "the secret is right (a wrong one gets another answer)"
_NO_SIGN: Final = frozenset(
    {"invalid_client", "wrong_endpoint", "server_error", "temporarily_unavailable", "slow_down"}
)
"""Error codes that never prove a secret, even if a wrong secret gets another answer."""


def classify(exchanges: Sequence[Exchange], credential: Credential) -> Judgement:
    """Judge a credential by its exchanges; the request as configured comes first.

    Without a control, a token, ``invalid_client``, ``invalid_grant`` for a dummy authorization code, and the catalogue's
    facts about a known provider count. With a control, an answer proves the secret if a wrong secret gets another answer.
    """
    outcome = next(each.outcome for each in exchanges if each.step is RequestKind.AS_CONFIGURED)
    judgement = judge_single_answer(outcome, credential, answer_of(exchanges, RequestKind.INTROSPECTION))
    difference = made_a_difference(exchanges, RequestKind.AS_CONFIGURED, RequestKind.CONTROL)
    if not isinstance(outcome, Answer) or difference is None:
        return judgement
    if outcome.token():
        return judgement if difference else _judge_unchecked(judgement)
    found = (
        _judge_accepted(outcome, judgement, credential)
        if difference
        else _no_difference(exchanges, judgement, credential)
    )
    return found._replace(error=judgement.error)


def _judge_unchecked(judgement: Judgement) -> Judgement:
    """Judge a token that a wrong secret gets as well: the server ignores the secret."""
    if not judgement.works:
        return judgement
    return judge_accepted_with_remarks(
        f"{judgement.reason}; but the server gives a token for a wrong secret too",
        "OG916",
        "token_endpoint",
        "Tell the server's operator at once: anyone with the client_id can get a token.",
    )


def _judge_accepted(answer: Answer, judgement: Judgement, credential: Credential) -> Judgement:
    """Judge an answer that only the right secret gets."""
    word, meaning, _ = read_error(answer, credential.provider)
    if judgement.outcome is Outcome.REJECTED and meaning != "invalid_client":
        certain = judgement.reason.partition("; at some servers")[0]
        return judgement._replace(reason=f"{_RIGHT}, but {certain}", lasting=False)
    if judgement.outcome in {Outcome.REJECTED, Outcome.UNREACHABLE} or not word or meaning in _NO_SIGN:
        return judgement
    if credential.grant == "client_credentials":
        return judge_rejected(
            f"{_RIGHT}, but the server rejects the request",
            "OG915",
            "token_endpoint",
            "Look up the server's error code: a parameter, or a setting in the client's registration, may be missing.",
        )
    if meaning == "invalid_request":
        return judge_inconclusive(
            f"{_RIGHT}, but a token endpoint would answer the dummy authorization code with invalid_grant",
            "Check that token_endpoint is a token endpoint: other endpoints of the same server answer like this.",
        )
    return judge_accepted("credentials accepted, dummy code rejected: a wrong secret gets another answer")


def _no_difference(exchanges: Sequence[Exchange], judgement: Judgement, credential: Credential) -> Judgement:
    """Judge an answer that a wrong secret gets as well, by the other requests."""
    other = POST if credential.token_endpoint_auth_method == BASIC else BASIC
    if proves(exchanges, RequestKind.OTHER_METHOD, RequestKind.OTHER_METHOD_CONTROL):
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
    if made_a_difference(exchanges, RequestKind.DUMMY_CODE, RequestKind.DUMMY_CODE_CONTROL):
        return judge_rejected(
            f"the secret is right (a dummy authorization code proves it), but the server rejects {credential.grant}",
            "OG903",
            "grant_types",
            "Have the grant allowed for the client. Some servers accept services only with client_secret_basic.",
        )
    if judgement.outcome is Outcome.ACCEPTED:
        return judge_inconclusive(
            "the server rejects the dummy authorization code with any secret",
            "Only the login of a user can prove the credentials. No correction is needed here.",
        )
    if judgement.code == "OG901" and answer_of(exchanges, RequestKind.OTHER_METHOD):
        reason = "the server rejects the client's credentials with both methods: the secret is wrong or the client is unknown"
        remedy = "Compare client_id and client_secret with the client's registration."
        return judgement._replace(reason=reason, remedy=remedy)
    return judgement
