"""What all exchanges about a credential prove together: a pure function from a list of them to a judgement."""

from collections.abc import Sequence
from typing import Final

from oauthgit.model.credential import Credential
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Answer
from oauthgit.probe.read.alone import alone
from oauthgit.probe.read.judgement import Judgement, accepted, inconclusive, rejected, remarked
from oauthgit.probe.read.ladder import Exchange, Step, answer_of, made_a_difference, proves, raw_helps
from oauthgit.probe.read.words import read
from oauthgit.probe.requests import BASIC, POST

_RIGHT: Final = "the secret is right (a wrong one is answered otherwise)"
_NO_SIGN: Final = frozenset(
    {"invalid_client", "wrong_endpoint", "server_error", "temporarily_unavailable", "slow_down"}
)
"""What says nothing for the secret, even where a wrong one is answered otherwise."""


def classify(exchanges: Sequence[Exchange], credential: Credential) -> Judgement:
    """Judge a credential by what was asked and answered, the request as configured first.

    Without a control only a token, ``invalid_client`` and ``invalid_grant`` for a made-up code count, and what the
    catalogue says of a known provider. With one, an answer counts as proof of the secret if a wrong secret gets another.
    """
    outcome = next(each.outcome for each in exchanges if each.step is Step.AS_CONFIGURED)
    judgement = alone(outcome, credential, answer_of(exchanges, Step.INTROSPECTION))
    difference = made_a_difference(exchanges, Step.AS_CONFIGURED, Step.CONTROL)
    if not isinstance(outcome, Answer) or difference is None:
        return judgement
    if outcome.token():
        return judgement if difference else _unchecked(judgement)
    found = _taken(outcome, judgement, credential) if difference else _no_difference(exchanges, judgement, credential)
    return found._replace(error=judgement.error)


def _unchecked(judgement: Judgement) -> Judgement:
    """Judge a token that a wrong secret gets as well: it can be used, but the secret is not what brought it."""
    if not judgement.works:
        return judgement
    return remarked(
        f"{judgement.reason}; but the server gives a token for a wrong secret as well",
        "OG916",
        "token_endpoint",
        "Tell the server's operator at once: anybody who knows the client_id gets a token.",
    )


def _taken(answer: Answer, judgement: Judgement, credential: Credential) -> Judgement:
    """Judge an answer that only the right secret gets."""
    word, meaning, _ = read(answer, credential.provider)
    if judgement.outcome is Outcome.REJECTED and meaning != "invalid_client":
        certain = judgement.reason.partition(", or, as some servers mean it")[0]
        return judgement._replace(reason=f"{_RIGHT}, but {certain}", lasting=False)
    if judgement.outcome in {Outcome.REJECTED, Outcome.UNREACHABLE} or not word or meaning in _NO_SIGN:
        return judgement
    if credential.grant == "client_credentials":
        return rejected(
            f"{_RIGHT}, but the server refuses the request",
            "OG915",
            "token_endpoint",
            "Look up the server's error code: it may want a parameter, or something in the client's registration.",
        )
    if meaning == "invalid_request":
        return inconclusive(
            f"{_RIGHT}, but a token endpoint would say invalid_grant to the made-up code",
            "Check that token_endpoint is a token endpoint: others of the same server answer so.",
        )
    return accepted("made-up code refused, credentials taken: a wrong secret is answered otherwise")


def _no_difference(exchanges: Sequence[Exchange], judgement: Judgement, credential: Credential) -> Judgement:
    """Judge an answer that a wrong secret gets as well, by what other ways of asking brought."""
    other = POST if credential.token_endpoint_auth_method == BASIC else BASIC
    if proves(exchanges, Step.OTHER_METHOD, Step.OTHER_METHOD_CONTROL):
        return rejected(
            f"wrong auth method: it works with {other}",
            "OG905",
            "token_endpoint_auth_method",
            f"Set token_endpoint_auth_method: {other}.",
        )
    if raw_helps(exchanges, credential):
        return remarked(
            "credentials taken, but in the Basic header only as they are, not percent-encoded as RFC 6749 section 2.3.1 "
            "has it",
            "OG909",
            "token_endpoint_auth_method",
            "Have a secret made of letters and digits only: then it makes no difference how a client encodes it.",
        )
    if made_a_difference(exchanges, Step.MADE_UP_CODE, Step.MADE_UP_CODE_CONTROL):
        return rejected(
            f"the secret is right (a made-up code shows it), but the server refuses the client {credential.grant}",
            "OG903",
            "grant_types",
            "Have the grant allowed for the client; some servers let services in by client_secret_basic only.",
        )
    if judgement.outcome is Outcome.ACCEPTED:
        return inconclusive(
            "the server refuses the made-up code whatever the secret is",
            "Only a user's login can prove the credentials; there is nothing to correct here.",
        )
    if judgement.code == "OG901" and answer_of(exchanges, Step.OTHER_METHOD):
        reason = "the server does not take the client's credentials by either method: wrong secret or unknown client"
        remedy = "Compare client_id and client_secret with the client's registration."
        return judgement._replace(reason=reason, remedy=remedy)
    return judgement
