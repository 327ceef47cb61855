"""The next request, and the judgement of all answers: tables of servers, without any network."""

from collections.abc import Callable
from itertools import chain, repeat
from typing import Any

import pytest

from oauthgit.model.credential import Credential
from oauthgit.model.secret import Secret
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.judge.classify import classify
from oauthgit.probe.judge.exchange import CONTROLS, STRANGERS, Exchange, RequestKind
from oauthgit.probe.judge.judgement import Judgement
from oauthgit.probe.judge.next_request import PLAIN, next_step
from oauthgit.probe.requests import alter
from oauthgit.probe.runner.session import variant_of
from support.answers import LOGIN, SERVICE, SLACK, TOKEN, answer

Server = Callable[[Credential], Answer | Failure]
HARD = Secret("p%41+ss:word")
STRANGER = LOGIN._replace(client_id="nobody", secret=Secret("of-nobody"))
MOST = 8


def climb(server: Server, credential: Credential, budget: int = MOST) -> tuple[list[RequestKind], Judgement]:
    """Send requests to ``server`` as a run would; return the steps and the judgement."""
    exchanges: list[Exchange] = []
    wrong = alter(credential.secret)
    while step := next_step(exchanges, credential, budget):
        variant = variant_of(STRANGER if step in STRANGERS else credential, step, wrong)
        exchanges.append(Exchange(step, server(variant), variant))
    return [exchange.step for exchange in exchanges], classify(exchanges, credential)


def refusing(word: str, status: int = 400) -> Answer:
    return answer(status, {"error": word})


BAD, TAKEN, GOT = refusing("invalid_client", 401), refusing("invalid_grant"), answer(200, TOKEN)


def is_right(credential: Credential) -> bool:
    return any(credential.secret == secret for secret in (SERVICE.secret, HARD))


def strict(
    method: str = "client_secret_post", grants: tuple[str, ...] = ("client_credentials", "authorization_code")
) -> Server:
    """Return a standard server for a client with one method and some grants."""

    def decide(asked: Credential) -> Answer:
        if not is_right(asked) or asked.token_endpoint_auth_method != method:
            return BAD
        if asked.grant not in grants:
            return refusing("unauthorized_client")
        return GOT if asked.grant == "client_credentials" else TAKEN

    return decide


def always(found: Answer | Failure) -> Server:
    return lambda _: found


def by_secret(right: Answer, wrong: Answer) -> Server:
    return lambda asked: right if is_right(asked) else wrong


def raw_only(asked: Credential) -> Answer:
    """Answer like a server that does not decode the Basic header."""
    basic = asked.token_endpoint_auth_method == "client_secret_basic"
    return GOT if is_right(asked) and basic and asked.raw_basic else BAD


def refuses_grant_like_a_bad_secret(asked: Credential) -> Answer:
    return TAKEN if is_right(asked) and asked.grant == "authorization_code" else BAD


def five_hundred_on_post(asked: Credential) -> Answer:
    if asked.token_endpoint_auth_method == "client_secret_post":
        return answer(500, "oops", "text/html")
    return GOT if is_right(asked) else BAD


def guarded(asked: Credential) -> Answer:
    """Answer like a server behind a proxy that requires Basic and answers with pages instead of JSON."""
    if is_right(asked) and asked.token_endpoint_auth_method == "client_secret_basic":
        return GOT
    return Answer(401, {"content-type": "text/html", "www-authenticate": 'Basic realm="x"'}, b"<html>")


BASIC: dict[str, Any] = {"token_endpoint_auth_method": "client_secret_basic"}
WRONG: dict[str, Any] = {"secret": Secret("wr0ng-secret")}

CASES: dict[str, tuple[Server, Credential, tuple[Outcome, str], tuple[Outcome, str]]] = {
    # a server, the request, the verdict without control, the verdict with it
    "right": (strict(), SERVICE, (Outcome.ACCEPTED, ""), (Outcome.ACCEPTED, "")),
    "wrong secret": (strict(), SERVICE._replace(**WRONG), (Outcome.REJECTED, "OG901"), (Outcome.REJECTED, "OG901")),
    "wrong method": (strict(), SERVICE._replace(**BASIC), (Outcome.REJECTED, "OG901"), (Outcome.REJECTED, "OG905")),
    "wrong method of a login": (
        strict(),
        LOGIN._replace(**BASIC),
        (Outcome.REJECTED, "OG901"),
        (Outcome.REJECTED, "OG905"),
    ),
    "raw Basic": (
        raw_only,
        SERVICE._replace(secret=HARD, **BASIC),
        (Outcome.ACCEPTED_WITH_REMARKS, "OG909"),
        (Outcome.ACCEPTED_WITH_REMARKS, "OG909"),
    ),
    "grant refused": (
        strict(grants=("authorization_code",)),
        SERVICE,
        (Outcome.REJECTED, "OG903"),
        (Outcome.REJECTED, "OG903"),
    ),
    "grant refused as if the secret were wrong": (
        refuses_grant_like_a_bad_secret,
        SERVICE,
        (Outcome.REJECTED, "OG901"),
        (Outcome.REJECTED, "OG903"),
    ),
    "500 to what it dislikes": (
        five_hundred_on_post,
        SERVICE,
        (Outcome.UNREACHABLE, "OG906"),
        (Outcome.REJECTED, "OG905"),
    ),
    "a guard that wants Basic": (guarded, SERVICE, (Outcome.REJECTED, "OG901"), (Outcome.REJECTED, "OG905")),
    "500 to all": (always(answer(500, "")), SERVICE, (Outcome.UNREACHABLE, "OG906"), (Outcome.UNREACHABLE, "OG906")),
    "right login": (strict(), LOGIN, (Outcome.ACCEPTED, ""), (Outcome.ACCEPTED, "")),
    "code looked at first": (always(TAKEN), LOGIN, (Outcome.INCONCLUSIVE, "OG907"), (Outcome.INCONCLUSIVE, "OG907")),
    "a token for anybody": (always(GOT), SERVICE, (Outcome.ACCEPTED, ""), (Outcome.ACCEPTED_WITH_REMARKS, "OG916")),
    "own words, told apart": (
        by_secret(refusing("invalid_code"), refusing("bad_secret")),
        LOGIN,
        (Outcome.INCONCLUSIVE, "OG907"),
        (Outcome.ACCEPTED, ""),
    ),
    "own words, the same": (
        always(refusing("invalid_code")),
        LOGIN,
        (Outcome.INCONCLUSIVE, "OG907"),
        (Outcome.INCONCLUSIVE, "OG907"),
    ),
    "a provider that cannot tell, the same": (
        always(answer(200, {"ok": False, "error": "invalid_code"})),
        SLACK,
        (Outcome.INCONCLUSIVE, "OG907"),
        (Outcome.INCONCLUSIVE, "OG907"),
    ),
    "introspection endpoint, right": (
        by_secret(refusing("invalid_request"), BAD),
        LOGIN,
        (Outcome.INCONCLUSIVE, "OG907"),
        (Outcome.INCONCLUSIVE, "OG907"),
    ),
    "a parameter is missing": (
        by_secret(refusing("invalid_request"), BAD),
        SERVICE,
        (Outcome.REJECTED, "OG915"),
        (Outcome.REJECTED, "OG915"),
    ),
    "scope refused, secret right": (
        by_secret(refusing("invalid_scope"), BAD),
        SERVICE,
        (Outcome.REJECTED, "OG902"),
        (Outcome.REJECTED, "OG902"),
    ),
    "scope refused before the secret": (
        always(refusing("invalid_scope")),
        SERVICE,
        (Outcome.REJECTED, "OG902"),
        (Outcome.REJECTED, "OG902"),
    ),
    "unauthorized_client to a bad secret": (
        by_secret(GOT, refusing("unauthorized_client", 401)),
        SERVICE._replace(**WRONG),
        (Outcome.REJECTED, "OG903"),
        (Outcome.REJECTED, "OG903"),
    ),
    "an API behind Basic": (
        by_secret(answer(200, {"items": []}), answer(401, "")),
        LOGIN._replace(**BASIC),
        (Outcome.UNREACHABLE, "OG904"),
        (Outcome.UNREACHABLE, "OG904"),
    ),
    "an empty 400, told apart": (
        by_secret(answer(400, ""), BAD),
        LOGIN,
        (Outcome.INCONCLUSIVE, "OG907"),
        (Outcome.INCONCLUSIVE, "OG907"),
    ),
    "an echo of the secret": (
        lambda asked: refusing(asked.secret.reveal()),
        LOGIN._replace(secret=Secret("kV3x9Qm2Lr8Tn5Wb7Yc4")),
        (Outcome.INCONCLUSIVE, "OG907"),
        (Outcome.INCONCLUSIVE, "OG907"),
    ),
    "a number that is new each time": (
        lambda asked: refusing(f"refused, see {id(asked)}{asked.secret.reveal()[::-1]}"),
        LOGIN,
        (Outcome.INCONCLUSIVE, "OG907"),
        (Outcome.INCONCLUSIVE, "OG907"),
    ),
    "temporarily, told apart": (
        by_secret(refusing("temporarily_unavailable"), BAD),
        LOGIN,
        (Outcome.INCONCLUSIVE, "OG907"),
        (Outcome.INCONCLUSIVE, "OG907"),
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("control", [False, True])
def test_answers_give_the_expected_judgement(case: str, control: bool) -> None:  # noqa: FBT001 - a table
    server, credential, without, with_control = CASES[case]
    _, judgement = climb(server, credential, MOST if control else 0)
    assert (judgement.outcome, judgement.code) == (with_control if control else without), judgement.reason


def steps(server: Server, credential: Credential, budget: int = MOST) -> list[RequestKind]:
    return climb(server, credential, budget)[0]


def test_zero_budget_sends_no_wrong_secret() -> None:
    for server, credential, *_ in CASES.values():
        assert not CONTROLS & set(steps(server, credential, 0))


@pytest.mark.parametrize("budget", range(MOST + 1))
def test_requests_stay_within_the_budget(budget: int) -> None:
    for server, credential, *_ in CASES.values():
        assert len(steps(server, credential, budget)) <= 1 + (budget or PLAIN)


def test_smaller_budget_never_gives_the_opposite_result() -> None:
    good = {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS}
    for case, (server, credential, _, with_control) in CASES.items():
        for budget in range(1, MOST):
            outcome = climb(server, credential, budget)[1].outcome
            assert outcome not in good or with_control[0] in good, (case, budget)


def test_rejected_client_gets_every_request_in_order() -> None:
    assert steps(always(BAD), SERVICE._replace(secret=HARD, **BASIC)) == [
        RequestKind.AS_CONFIGURED,
        RequestKind.CONTROL,
        RequestKind.RAW_BASIC,
        RequestKind.OTHER_METHOD,
        RequestKind.DUMMY_CODE,
    ]


def test_conclusive_answer_ends_the_requests() -> None:
    assert steps(strict(), SERVICE._replace(**BASIC)) == [
        *(RequestKind.AS_CONFIGURED, RequestKind.CONTROL, RequestKind.RAW_BASIC, RequestKind.OTHER_METHOD)
    ]
    assert steps(strict(), LOGIN._replace(**BASIC)) == [
        *(
            RequestKind.AS_CONFIGURED,
            RequestKind.CONTROL,
            RequestKind.RAW_BASIC,
            RequestKind.OTHER_METHOD,
            RequestKind.OTHER_METHOD_CONTROL,
        )
    ]
    assert steps(strict(), LOGIN) == [RequestKind.AS_CONFIGURED, RequestKind.CONTROL]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_server_gets_no_further_request(status: int) -> None:
    assert steps(always(answer(status, {})), SERVICE) == [RequestKind.AS_CONFIGURED]
    answers = iter([BAD, answer(status, {}), GOT])
    assert steps(lambda _: next(answers), SERVICE) == [RequestKind.AS_CONFIGURED, RequestKind.CONTROL]


@pytest.mark.parametrize(
    "elsewhere",
    [
        Failure.REFUSED,
        Failure.TIMEOUT,
        answer(404, ""),
        answer(302, ""),
        answer(200, "<html>", "text/html"),
        answer(405, ""),
    ],
)
def test_wrong_secret_is_not_sent_without_a_token_endpoint(elsewhere: Answer | Failure) -> None:
    assert steps(always(elsewhere), SERVICE) == [RequestKind.AS_CONFIGURED]


@pytest.mark.parametrize(
    "second", [Failure.TIMEOUT, answer(429, {}), answer(500, ""), answer(403, "<html>", "text/html")]
)
def test_control_without_a_usable_answer_is_inconclusive(second: Answer | Failure) -> None:
    answers = chain([TAKEN, second], repeat(TAKEN))
    asked, judgement = climb(lambda _: next(answers), LOGIN)
    assert asked[:2] == [RequestKind.AS_CONFIGURED, RequestKind.CONTROL]
    assert judgement.outcome is Outcome.INCONCLUSIVE


OPAQUE = {name: value for name, value in TOKEN.items() if name != "scope"}
INTROSPECTED = SERVICE._replace(introspection_endpoint="https://crm.example.com/introspect")


@pytest.mark.parametrize(
    ("said", "outcome", "code"),
    [
        ({"active": True, "scope": "api.read"}, Outcome.ACCEPTED, ""),
        ({"active": True, "scope": "other"}, Outcome.ACCEPTED_WITH_REMARKS, "OG911"),
        ({"active": True}, Outcome.ACCEPTED_WITH_REMARKS, "OG909"),
        ({"active": False, "scope": "api.read"}, Outcome.ACCEPTED_WITH_REMARKS, "OG909"),
        ({"active": "true", "scope": "api.read"}, Outcome.ACCEPTED_WITH_REMARKS, "OG909"),
        ({"error": "invalid_client"}, Outcome.ACCEPTED_WITH_REMARKS, "OG909"),
    ],
)
def test_opaque_token_of_unknown_scope_is_introspected(said: Any, outcome: Outcome, code: str) -> None:
    answers = iter([answer(200, OPAQUE), answer(200, said)])
    asked, judgement = climb(lambda _: next(answers), INTROSPECTED, 0)
    assert asked == [RequestKind.AS_CONFIGURED, RequestKind.INTROSPECTION]
    assert (judgement.outcome, judgement.code) == (outcome, code)


def test_token_with_a_stated_scope_is_not_introspected() -> None:
    assert steps(always(GOT), INTROSPECTED, 0) == [RequestKind.AS_CONFIGURED]
    assert steps(always(answer(200, OPAQUE)), INTROSPECTED._replace(scopes=()), 0) == [RequestKind.AS_CONFIGURED]


def test_altered_secret_changes_only_letters_and_digits() -> None:
    wrong = alter(Secret("aZ9:%é 漢"))
    assert wrong
    text = wrong.reveal()
    assert text[3:] == ":%é 漢"
    assert (text[0].islower(), text[1].isupper(), text[2].isdigit()) == (True, True, True)
    assert all(ours != theirs for ours, theirs in zip(text[:3], "aZ9", strict=True))
    assert alter(Secret(":-) 漢")) is None


def test_only_the_controls_send_a_wrong_secret() -> None:
    wrong = Secret("wrong")
    for step in RequestKind:
        assert (variant_of(SERVICE, step, wrong).secret == wrong) is (step in CONTROLS)
