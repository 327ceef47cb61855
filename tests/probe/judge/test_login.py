"""Judging answers of the authorization endpoint: tables of answers, without any network."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from oauthgit.model.credential import AuthorizationRequest
from oauthgit.model.verdict import Outcome
from oauthgit.probe.answer import Answer, Failure
from oauthgit.probe.judge.judgement import Judgement, judge_accepted, judge_inconclusive, judge_not_run, judge_rejected
from oauthgit.probe.judge.login import LoginExchange, LoginStep, join_judgements, judge_login, next_login_step
from oauthgit.probe.requests import request_login
from oauthgit.probe.runner.session import login_variant_of

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
AS_IS, NO_PROMPT, OTHER, OTHER_URI, OTHER_CLIENT = LoginStep
ACCEPTED, REMARKS, REJECTED = Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS, Outcome.REJECTED
INCONCLUSIVE, UNREACHABLE = Outcome.INCONCLUSIVE, Outcome.UNREACHABLE

Server = Callable[[LoginStep, AuthorizationRequest], Answer | Failure]


def to(location: str, status: int = 302) -> Answer:
    return Answer(status, {"location": location}, b"")


def page(status: int, title: str = "", form: str = "") -> Answer:
    return Answer(status, {"content-type": "text/html"}, f"<html><title>{title}</title>{form}".encode())


def back(error: str, uri: str = URI) -> Answer:
    return to(f"{uri}?error={error}&state=x")


def climb(server: Server, login: AuthorizationRequest = LOGIN) -> tuple[list[LoginStep], Judgement]:
    exchanges: list[LoginExchange] = []
    while step := next_login_step(exchanges):
        variant = login_variant_of(step, login)
        exchanges.append(LoginExchange(step, server(step, variant), variant))
    return [exchange.step for exchange in exchanges], judge_login(exchanges)


def per_step(first: Answer | Failure, **others: Answer | Failure) -> Server:
    """Return a server with an answer per step; the steps that are not named get ``first``."""
    return lambda step, _: others.get(step.name.lower(), first)


def anywhere(_: LoginStep, sent: AuthorizationRequest) -> Answer:
    """Redirect to whatever redirect URI is sent."""
    return back("login_required", sent.redirect_uri)


REQUIRED = back("login_required")
REFUSED = back("invalid_request")
ERROR = page(400)
FORM = page(200, "Sign in", "<input type=password>")
LOGIN_PAGE = "https://crm.example.com/login"

Case = tuple[Server, AuthorizationRequest, list[LoginStep], Outcome, str, str]
ACCEPTED_CASES: dict[str, Case] = {
    "known": (per_step(REQUIRED, other_uri=ERROR), LOGIN, [AS_IS, OTHER_URI], ACCEPTED, "", "known"),
    "an error nobody knows": (
        *(per_step(back("no_user_here"), other_uri=ERROR), LOGIN, [AS_IS, OTHER_URI], ACCEPTED, "", "known"),
    ),
    "a code at once": (
        per_step(to(f"{URI}?code=x"), other_uri=ERROR),
        LOGIN,
        [AS_IS, OTHER_URI],
        ACCEPTED,
        "",
        "known",
    ),
    "in the fragment": (
        *(
            per_step(to(f"{URI}#error=login_required"), other_uri=ERROR),
            LOGIN,
            [AS_IS, OTHER_URI],
            ACCEPTED,
            "",
            "known",
        ),
    ),
    "prompt disliked, URI known": (
        per_step(ERROR, no_prompt=FORM, other_uri=ERROR),
        PLAIN,
        [AS_IS, NO_PROMPT, OTHER_URI],
        ACCEPTED,
        "",
        "prompt=none rejected",
    ),
    "login page, error page": (per_step(FORM, other_uri=ERROR), LOGIN, [AS_IS, OTHER_URI], ACCEPTED, "", "known"),
    "login page, error page with status 200": (
        *(
            per_step(FORM, other_uri=page(200, "Invalid redirect_uri")),
            LOGIN,
            [AS_IS, OTHER_URI],
            ACCEPTED,
            "",
            "known",
        ),
    ),
    "to a login page, to an error page": (
        *(per_step(to(LOGIN_PAGE), other_uri=to("https://crm.example.com/error?id=1")), LOGIN, [AS_IS, OTHER_URI]),
        *(ACCEPTED, "", "known"),
    ),
    "broken by the prompt, after the checks": (
        *(per_step(page(500), other_uri=ERROR), LOGIN, [AS_IS, OTHER_URI, AS_IS], ACCEPTED, "", "known"),
    ),
}
REJECTED_CASES: dict[str, Case] = {
    "PKCE demanded, but off": (
        *(per_step(REFUSED, other_pkce=REQUIRED), WITHOUT_PKCE, [AS_IS, OTHER], REJECTED, "OG913", "requires PKCE"),
    ),
    "PKCE demanded by a page": (
        *(
            per_step(ERROR, other_pkce=FORM),
            WITHOUT_PKCE,
            [AS_IS, NO_PROMPT, OTHER],
            REJECTED,
            "OG913",
            "requires PKCE",
        ),
    ),
    "PKCE refused, but on": (
        *(per_step(REFUSED, other_pkce=REQUIRED), LOGIN, [AS_IS, OTHER], REJECTED, "OG913", "rejects PKCE"),
    ),
    "refused either way": (per_step(REFUSED), LOGIN, [AS_IS, OTHER], REJECTED, "OG914", "with and without PKCE"),
    "scope refused": (per_step(back("invalid_scope")), LOGIN, [AS_IS], REJECTED, "OG902", "openid api.read"),
    "grant refused": (per_step(back("unauthorized_client")), LOGIN, [AS_IS], REJECTED, "OG903", "user logins"),
    "unknown client or URI": (per_step(ERROR), LOGIN, [AS_IS, NO_PROMPT], REJECTED, "OG912", "(400)"),
    "an error page with status 200": (
        *(per_step(page(200, "Error: invalid client")), LOGIN, [AS_IS, NO_PROMPT], REJECTED, "OG912", "(200)"),
    ),
    "to the provider's own error page": (
        *(per_step(to("https://crm.example.com/oauth/error?error=invalid_client")), LOGIN, [AS_IS, NO_PROMPT]),
        *(REJECTED, "OG912", "(302)"),
    ),
    "prompt or URI, where every prompt is known": (
        per_step(ERROR, no_prompt=FORM, other_uri=FORM),
        LOGIN,
        [AS_IS, NO_PROMPT, OTHER_URI, OTHER_CLIENT],
        REJECTED,
        "OG912",
        "unknown",
    ),
}
OPEN_CASES: dict[str, Case] = {
    "prompt or URI": (
        per_step(ERROR, no_prompt=FORM, other_uri=FORM, other_client=FORM),
        PLAIN,
        [AS_IS, NO_PROMPT, OTHER_URI, OTHER_CLIENT],
        REMARKS,
        "OG919",
        "in the same way",
    ),
    "refused, then silent": (
        *(per_step(page(404), no_prompt=Failure.TIMEOUT), PLAIN, [AS_IS, NO_PROMPT], REMARKS, "OG919", "(404)"),
    ),
    "login page for all": (per_step(FORM), LOGIN, [AS_IS, OTHER_URI, OTHER_CLIENT], REMARKS, "OG919", "same way"),
    "login page, unless the client is unknown": (
        *(
            per_step(FORM, other_client=ERROR),
            LOGIN,
            [AS_IS, OTHER_URI, OTHER_CLIENT],
            REMARKS,
            "OG919",
            "client_id is known",
        ),
    ),
    "to a login page": (
        per_step(to(LOGIN_PAGE)),
        LOGIN,
        [AS_IS, OTHER_URI, OTHER_CLIENT],
        REMARKS,
        "OG919",
        "same way",
    ),
    "to a login page with a number of its own": (
        lambda _, sent: to(f"{LOGIN_PAGE}/{abs(hash(sent)) + 10**9}"),
        *(LOGIN, [AS_IS, OTHER_URI, OTHER_CLIENT], REMARKS, "OG919", "same way"),
    ),
    "to any URI": (anywhere, LOGIN, [AS_IS, OTHER_URI, OTHER_CLIENT], REMARKS, "OG919", "same way"),
    "to almost the same URI": (
        *(per_step(back("", URI + "/")), LOGIN, [AS_IS, OTHER_URI, OTHER_CLIENT], REMARKS, "OG919", ""),
    ),
    "to nonsense": (per_step(to("https://[")), LOGIN, [AS_IS, OTHER_URI, OTHER_CLIENT], REMARKS, "OG919", ""),
    "kept out": (per_step(page(403)), LOGIN, [AS_IS, OTHER_URI, OTHER_CLIENT], REMARKS, "OG919", ""),
    "temporarily": (per_step(back("temporarily_unavailable")), LOGIN, [AS_IS], REMARKS, "OG919", "for now"),
    "broken": (per_step(page(500)), LOGIN, [AS_IS, OTHER_URI], REMARKS, "OG919", "(500)"),
    "busy": (per_step(page(503)), LOGIN, [AS_IS], REMARKS, "OG919", "(503)"),
    "busy in between": (
        per_step(REQUIRED, other_uri=page(429)),
        LOGIN,
        [AS_IS, OTHER_URI],
        REMARKS,
        "OG919",
        "comparison",
    ),
    "closed": (per_step(Failure.REFUSED), LOGIN, [AS_IS], UNREACHABLE, "OG906", "authorization endpoint: no server"),
}
CASES = ACCEPTED_CASES | REJECTED_CASES | OPEN_CASES


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
    assert (request.method, request.form, dict(request.headers)) == ("GET", None, {"Accept": "text/html"})
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
    assert "code_challenge" not in query(request_login(login_variant_of(OTHER, LOGIN)).url)
    assert "code_challenge" in query(request_login(login_variant_of(OTHER, WITHOUT_PKCE)).url)
    assert "prompt" not in query(request_login(LOGIN, prompt=False).url)


def test_state_and_nonce_are_new_in_every_request() -> None:
    first, second = (query(request_login(LOGIN).url) for _ in range(2))
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


KNOWN, UNKNOWN = climb(per_step(REQUIRED, other_uri=ERROR))[1], climb(per_step(ERROR))[1]
NOTHING, CLOSED = climb(per_step(FORM))[1], climb(per_step(Failure.REFUSED))[1]
DEMANDING = climb(per_step(REFUSED))[1]
TAKEN, OPEN = judge_accepted("code rejected"), judge_inconclusive("nothing proven", "")
BAD = judge_rejected("no", "OG901", "client_id", "")


@pytest.mark.parametrize(
    ("token", "login", "outcome", "code"),
    [
        (TAKEN, None, ACCEPTED, ""),
        (TAKEN, KNOWN, ACCEPTED, ""),
        (TAKEN, NOTHING, REMARKS, "OG919"),
        (TAKEN, UNKNOWN, REJECTED, "OG912"),
        (TAKEN, CLOSED, UNREACHABLE, "OG906"),
        (TAKEN, DEMANDING, REJECTED, "OG914"),
        (OPEN, KNOWN, INCONCLUSIVE, "OG907"),
        (OPEN, UNKNOWN, REJECTED, "OG912"),
        (OPEN, DEMANDING, REJECTED, "OG914"),
        (OPEN, NOTHING, INCONCLUSIVE, "OG907"),
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
