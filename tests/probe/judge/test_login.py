"""Judging answers of the authorization endpoint: tables of answers, without any network."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from oauthgit.model.credential import AuthorizationRequest
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.judge.judgement import Judgement, judge_accepted, judge_inconclusive, judge_not_run, judge_rejected
from oauthgit.probe.judge.login import LoginExchange, LoginStep, join_judgements, judge_login, next_login_step
from oauthgit.probe.requests import request_login, request_other_pkce

URI = "https://app.example.com/oauth-callback"
LOGIN = AuthorizationRequest(
    authorization_endpoint="https://crm.example.com/auth?access_type=offline&prompt=consent",
    client_id="client",
    redirect_uri=URI,
    scopes=("openid", "api.read"),
    require_pkce=True,
    token_endpoint="https://crm.example.com/token",
    users=(),
)
PLAIN = LOGIN._replace(scopes=("api.read",))
WITHOUT_PKCE = LOGIN._replace(require_pkce=False)
AS_IS, OTHER, NO_PROMPT, OTHER_URI = LoginStep
ACCEPTED, REMARKS, REJECTED = Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS, Outcome.REJECTED
INCONCLUSIVE, UNREACHABLE = Outcome.INCONCLUSIVE, Outcome.UNREACHABLE

Server = Callable[[LoginStep], Answer | Failure]


def to(location: str, status: int = 302) -> Answer:
    return Answer(status, {"location": location}, b"")


def page(status: int) -> Answer:
    return Answer(status, {"content-type": "text/html"}, b"<html>")


def back(error: str, uri: str = URI) -> Answer:
    return to(f"{uri}?error={error}&state=x")


def climb(server: Server, login: AuthorizationRequest = LOGIN) -> tuple[list[LoginStep], Judgement]:
    exchanges: list[LoginExchange] = []
    while step := next_login_step(exchanges, login):
        exchanges.append(LoginExchange(step, server(step)))
    return [exchange.step for exchange in exchanges], judge_login(exchanges, login)


def per_step(
    first: Answer | Failure, second: Answer | Failure = Failure.TIMEOUT, third: Answer | Failure = Failure.TIMEOUT
) -> Server:
    return lambda step: {AS_IS: first, OTHER_URI: third}.get(step, second)


REQUIRED = back("login_required")
REFUSED = back("invalid_request")

CASES: dict[str, tuple[Server, AuthorizationRequest, list[LoginStep], Outcome, str, str]] = {
    "known, PKCE required": (per_step(REQUIRED, REFUSED), LOGIN, [AS_IS, OTHER], ACCEPTED, "", "PKCE required"),
    "known, PKCE not demanded": (
        per_step(REQUIRED, REQUIRED),
        LOGIN,
        [AS_IS, OTHER],
        ACCEPTED,
        "",
        "PKCE not required",
    ),
    "known, nothing of PKCE": (
        per_step(REQUIRED),
        LOGIN,
        [AS_IS, OTHER],
        ACCEPTED,
        "",
        "client_id and redirect URI known",
    ),
    "known, without PKCE": (per_step(REQUIRED), WITHOUT_PKCE, [AS_IS], ACCEPTED, "", "PKCE not required"),
    "PKCE demanded, but off": (
        per_step(REFUSED, REQUIRED),
        WITHOUT_PKCE,
        [AS_IS, OTHER],
        REJECTED,
        "OG913",
        "requires PKCE",
    ),
    "PKCE refused, but on": (per_step(REFUSED, REQUIRED), LOGIN, [AS_IS, OTHER], REJECTED, "OG913", "rejects PKCE"),
    "refused either way": (
        per_step(REFUSED, REFUSED),
        LOGIN,
        [AS_IS, OTHER],
        REMARKS,
        "OG914",
        "with and without PKCE",
    ),
    "scope refused": (per_step(back("invalid_scope")), LOGIN, [AS_IS, OTHER], REJECTED, "OG902", "openid api.read"),
    "grant refused": (per_step(back("unauthorized_client")), LOGIN, [AS_IS, OTHER], REJECTED, "OG903", "user logins"),
    "an error nobody knows": (per_step(back("no_user_here")), LOGIN, [AS_IS, OTHER], ACCEPTED, "", "known"),
    "a code at once": (per_step(to(f"{URI}?code=x")), LOGIN, [AS_IS, OTHER], ACCEPTED, "", "known"),
    "in the fragment": (per_step(to(f"{URI}#error=login_required")), LOGIN, [AS_IS, OTHER], ACCEPTED, "", "known"),
    "unknown client or URI": (per_step(page(400), page(400)), LOGIN, [AS_IS, NO_PROMPT], REJECTED, "OG912", "(400)"),
    "prompt disliked, URI known": (
        per_step(page(400), page(200), page(400)),
        PLAIN,
        [AS_IS, NO_PROMPT, OTHER_URI],
        ACCEPTED,
        "",
        "prompt=none rejected",
    ),
    "prompt or URI": (
        per_step(page(400), page(200), page(200)),
        PLAIN,
        [AS_IS, NO_PROMPT, OTHER_URI],
        REMARKS,
        "OG914",
        "redirect URI is unknown",
    ),
    "prompt or URI, where every prompt is known": (
        per_step(page(400), page(200), page(200)),
        LOGIN,
        [AS_IS, NO_PROMPT, OTHER_URI],
        REJECTED,
        "OG912",
        "(400)",
    ),
    "refused, then silent": (per_step(page(404)), PLAIN, [AS_IS, NO_PROMPT], REMARKS, "OG914", "(404)"),
    "login page": (per_step(page(200)), LOGIN, [AS_IS], INCONCLUSIVE, "OG907", "(200)"),
    "to a login page": (per_step(to("https://crm.example.com/login")), LOGIN, [AS_IS], INCONCLUSIVE, "OG907", "(302)"),
    "to almost the same URI": (per_step(back("login_required", URI + "/")), LOGIN, [AS_IS], INCONCLUSIVE, "OG907", ""),
    "to another port": (
        per_step(back("login_required", "https://app.example.com:8443/oauth-callback")),
        LOGIN,
        [AS_IS],
        INCONCLUSIVE,
        "OG907",
        "",
    ),
    "to nonsense": (per_step(to("https://[")), LOGIN, [AS_IS], INCONCLUSIVE, "OG907", ""),
    "kept out": (per_step(page(403)), LOGIN, [AS_IS], INCONCLUSIVE, "OG907", "(403)"),
    "broken": (per_step(page(500)), LOGIN, [AS_IS], INCONCLUSIVE, "OG907", "(500)"),
    "closed": (
        per_step(Failure.REFUSED),
        LOGIN,
        [AS_IS],
        UNREACHABLE,
        "OG906",
        "authorization endpoint: no server",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_answers_give_the_expected_judgement(case: str) -> None:
    server, login, steps, outcome, code, words = CASES[case]
    asked, judgement = climb(server, login)
    assert (asked, judgement.outcome, judgement.code) == (steps, outcome, code)
    assert words in judgement.reason


def query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query, strict_parsing=True)


def test_request_has_the_settings_and_prompt_none() -> None:
    request = request_login(LOGIN)
    assert (request.method, request.form, dict(request.headers)) == ("GET", None, {})
    assert request.url.startswith("https://crm.example.com/auth?")
    sent = query(request.url)
    assert [len(sent.pop(name)[0]) for name in ("state", "code_challenge")] == [22, 43]
    assert sent == {
        "access_type": ["offline"],
        "response_type": ["code"],
        "client_id": ["client"],
        "redirect_uri": [URI],
        "scope": ["openid api.read"],
        "prompt": ["none"],
        "code_challenge_method": ["S256"],
    }


def test_pkce_is_retried_the_other_way() -> None:
    assert "code_challenge" not in query(request_other_pkce(LOGIN).url)
    assert "code_challenge" in query(request_other_pkce(WITHOUT_PKCE).url)
    assert "prompt" not in query(request_login(LOGIN, prompt=False).url)


def test_state_and_nonce_are_new_in_every_request() -> None:
    first, second = (query(request_login(LOGIN).url) for _ in range(2))
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


KNOWN, UNKNOWN = climb(per_step(REQUIRED))[1], climb(per_step(page(400), page(400)))[1]
NOTHING, CLOSED = climb(per_step(page(200)))[1], climb(per_step(Failure.REFUSED))[1]
DEMANDING = climb(per_step(REFUSED, REFUSED))[1]
TAKEN, OPEN = judge_accepted("code rejected"), judge_inconclusive("nothing proven", "")
BAD = judge_rejected("no", "OG901", "client_id", "")


@pytest.mark.parametrize(
    ("token", "login", "outcome", "code"),
    [
        (TAKEN, None, ACCEPTED, ""),
        (TAKEN, KNOWN, ACCEPTED, ""),
        (TAKEN, NOTHING, ACCEPTED, ""),
        (TAKEN, UNKNOWN, REJECTED, "OG912"),
        (TAKEN, CLOSED, UNREACHABLE, "OG906"),
        (TAKEN, DEMANDING, REMARKS, "OG914"),
        (OPEN, KNOWN, INCONCLUSIVE, "OG907"),
        (OPEN, UNKNOWN, REJECTED, "OG912"),
        (OPEN, DEMANDING, INCONCLUSIVE, "OG907"),
        (BAD, KNOWN, REJECTED, "OG901"),
        (BAD, UNKNOWN, REJECTED, "OG901"),
        (judge_not_run("not", "x", ""), KNOWN, Outcome.NOT_RUN, "OG908"),
    ],
)
def test_worse_result_of_both_endpoints_decides(
    token: Judgement, login: Judgement | None, outcome: Outcome, code: str
) -> None:
    judgement = join_judgements(token, login)
    assert (judgement.outcome, judgement.code) == (outcome, code)
    assert token.reason in judgement.reason


def test_known_client_leaves_the_secret_as_the_cause() -> None:
    judgement = join_judgements(BAD, KNOWN)
    assert judgement.setting == "client_secret"
    assert judgement.reason == "no; the client is known at the authorization endpoint"
