"""A server's answer is shown only if it is known in advance: an echoed secret in any spelling is never shown."""

import base64
import codecs
import html
import importlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from urllib.parse import quote

import pytest

from oauthgit.model.report import Report, Summary
from oauthgit.probe import RunResult, make_plan, report, run
from oauthgit.probe.judge.error_codes import redact_error
from support.run_smoke import LOOPBACK, pins_of, server, settings, smoke, vault
from support.scripted_server import TOKEN, fake, reply
from support.server_behaviours import Heard, deciding

CANARY = "Zq7xWk9vLm4tYb2nRd6g"
LENGTH = 8
"""More consecutive characters of a form of the secret than chance would give."""

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "reversed": lambda text: text[::-1],
    "split by dots": ".".join,
    "split by blanks": " ".join,
    "in another case": str.swapcase,
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "hex": lambda text: text.encode().hex(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of reversed": lambda text: base64.b64encode(text[::-1].encode()).decode(),
    "doubled": lambda text: "".join(letter * 2 for letter in text),
    "beside a known word": lambda text: f"invalid_client {text[::-1]}",
    "in numbers": lambda text: " ".join(str(ord(letter)) for letter in text),
    "percent": lambda text: "".join(f"%{ord(letter):02x}" for letter in text),
}

PLACES: dict[str, Callable[[str], bytes]] = {
    "error": lambda word: reply(400, {"error": word}),
    "error with status 200": lambda word: reply(200, {"error": word}),
    "description": lambda word: reply(401, {"error": "invalid_client", "error_description": word, "error_uri": word}),
    "nested": lambda word: reply(400, {"error": {"code": word, "type": word, "status": word, "message": word}}),
    "codes": lambda word: reply(400, {"error": "invalid_client", "error_codes": [word], "errors": [{"code": word}]}),
    "elsewhere": lambda word: reply(400, {"status": word, "code": word, "errorCode": word, "error_code": word}),
    "form": lambda word: reply(400, f"error={quote(word)}", "application/x-www-form-urlencoded"),
    "name": lambda word: reply(400, {word: word}),
    "scope": lambda word: reply(200, {**TOKEN, "scope": word}),
    "token": lambda word: reply(200, {**TOKEN, "access_token": word, "refresh_token": word, "scope": None}),
    "type": lambda word: reply(200, {**TOKEN, "token_type": word}),
    "lifetime": lambda word: reply(200, {**TOKEN, "expires_in": word}),
    "authenticate": lambda word: reply(401, {}, WWW_Authenticate=f'Basic realm="{word}", error="{word}"'),
    "headers": lambda word: reply(429, {}, Retry_After=word, X_Echo=word, Cache_Control=word, Content_Encoding=word),
    "content type": lambda word: reply(200, word, f"text/{word}"),
    "location": lambda word: reply(302, "", Location=f"https://evil.example.com/{quote(word)}?error={quote(word)}"),
    "redirect URI": lambda word: reply(302, "", Location=f"http://localhost/oauth-callback?error={quote(word)}"),
    "metadata": lambda word: reply(
        200,
        {
            **dict.fromkeys(("issuer", "token_endpoint", "authorization_endpoint"), f"https://{word}/{word}"),
            **dict.fromkeys(("revocation_endpoint", "introspection_endpoint"), word),
            **{f"{name}_supported": [word] for name in ("scopes", "grant_types", "prompt_values")},
            **{f"{name}_supported": [word] for name in ("token_endpoint_auth_methods", "code_challenge_methods")},
        },
    ),
    "introspection": lambda word: reply(200, {"active": True, "scope": word, "client_id": word, word: word}),
    "page": lambda word: reply(500, f"<html>{word}", "text/html"),
    "reason of HTTP": lambda word: f"HTTP/1.1 400 {word}\r\nContent-Length: 0\r\n\r\n".encode(),
    "no HTTP": str.encode,
}
RENDERERS = ("text", "json", "markdown", "sarif", "junit", "github", "azure", "gitlab")


def proved(place: str, *words: str, verbose: bool = False) -> RunResult:
    """Run a service, a login and an issuer at servers that put a text into all answers, two for each text."""
    with ExitStack() as stack:
        answers = [answer for word in words for answer in (PLACES[place](word), deciding(partial(_opaque, word)))]
        targets = []
        for number, answer in enumerate(answers):
            url = stack.enter_context(fake(answer)).url
            base = url.removesuffix("/token")
            own = {
                "issuer": base,
                "revocation_endpoint": f"{base}/revoke",
                "introspection_endpoint": f"{base}/introspect",
            }
            login = {
                "grant_types": ["authorization_code"],
                "authorization_endpoint": f"{base}/authorize",
                "scopes": ["openid"],
            }
            both = server(url, **own), server(url, client_id="other", **own, **login)
            targets.append(settings(*both, target=f"target{number}"))
        pins = pins_of(*(dict(each) for target in targets for each in target.servers.values()))
        planned = make_plan(targets, vault(*pins, secret=CANARY), {})
        limits = LOOPBACK._replace(timeout=5, control=4, verbose=verbose)
        return run(planned, targets, limits, listen=lambda _: None)


def _opaque(word: str, heard: Heard) -> bytes:
    """Issue a token of unknown scope, and state the scope by introspection."""
    if heard.path == "/introspect":
        return PLACES["introspection"](word)
    return reply(200, {**TOKEN, "scope": None}) if heard.path == "/token" else reply(400, {"error": word})


def rendered(found: RunResult) -> Iterator[tuple[str, str]]:
    """Yield the output of every reporter, by its name."""
    findings = (*report(found.verdicts), *found.findings)
    everything = Report(findings, Summary(1, 1, 2, 0.1), verdicts=found.verdicts)
    for name in RENDERERS:
        module = importlib.import_module(f"oauthgit.report.{name}")
        text = module.render(everything)
        yield name, html.unescape(text if name != "json" else json.dumps(json.loads(text), ensure_ascii=False))


WORDS = [form(CANARY).removeprefix("invalid_client ").lower() for form in FORMS.values()]
PIECES = sorted({word[at : at + LENGTH] for word in WORDS for at in range(len(word) - LENGTH + 1)})


def leaked(text: str) -> list[str]:
    """Return the pieces of the secret, in any of its forms, that a text contains."""
    lower = text.lower()
    return [piece for piece in PIECES if piece in lower]


@pytest.mark.parametrize(("number", "place"), [*enumerate(PLACES)])
def test_echoed_secret_is_in_no_output(number: int, place: str) -> None:
    """A third of the forms is tried at each place, and at each one also what is most like a known code."""
    forms = {*[*FORMS][number % 3 :: 3], "beside a known word"}
    found = proved(place, *(FORMS[form](CANARY) for form in sorted(forms)))
    assert len(found.verdicts) == 4 * len(forms)
    assert leaked(repr(found)) == []
    for name, text in rendered(found):
        assert leaked(text) == [], name


def test_verbose_shows_unknown_codes_without_sent_values() -> None:
    for name in ("plain", "hex", "base64"):
        assert leaked(repr(proved("error", f"no client with {FORMS[name](CANARY)}", verbose=True))) == []
    assert "no client with" in repr(proved("error", f"no client with {CANARY}", verbose=True))
    assert "no client with" not in repr(proved("error", f"no client with {CANARY}"))


BASE64 = base64.b64encode(CANARY.encode()).decode()
SPELLINGS = {
    "first half": CANARY[:10],
    "last half": CANARY[10:],
    "half after the whole": f"{CANARY} {CANARY[:10]}",
    "reversed": CANARY[::-1],
    "half reversed": CANARY[10::-1],
    "half in another case": CANARY[:10].swapcase(),
    "spaced": " ".join(CANARY),
    "dotted and reversed": ".".join(CANARY[::-1]),
    "a piece": f"no-{CANARY[7:13]}-here",
    "hex of a half": CANARY[:10].encode().hex(),
    "hex in pairs": CANARY.encode().hex(":"),
    "base64 of reversed": base64.b64encode(CANARY[::-1].encode()).decode(),
    "base64 reversed": BASE64[::-1],
    "base64 of a half": base64.b64encode(CANARY[:10].encode()).decode(),
    "base64 in lines": f"{BASE64[:5]} {BASE64[5:9]}",
    **{
        f"base64 with a prefix of {length}": base64.b64encode(f"{'x' * length}{CANARY}".encode()).decode()
        for length in (1, 2, 4)
    },
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_verbose_only_counts_a_code_with_a_piece_of_the_secret(spelling: str) -> None:
    word = SPELLINGS[spelling]
    with fake(reply(400, {"error": word})) as served:
        (verdict,) = smoke(server(served.url), secret=CANARY, limits=LOOPBACK._replace(verbose=True))
    assert verdict.error == f"an unknown error code ({len(word)} characters)"


@pytest.mark.parametrize("word", ["tenant_locked", f"no client with {CANARY[7:12]}", "E-4711"])
def test_verbose_shows_a_code_without_a_piece_of_the_secret(word: str) -> None:
    with fake(reply(400, {"error": word})) as served:
        (verdict,) = smoke(server(served.url), secret=CANARY, limits=LOOPBACK._replace(verbose=True))
    assert verdict.error == f"an unknown error code ({len(word)} characters): {word}"


@pytest.mark.parametrize(
    "word", ["invalid_client", "invalid_grant", "login_required", "use_dpop_nonce", "slow_down", "401", ""]
)
def test_known_error_code_is_shown(word: str) -> None:
    assert redact_error(word, None, ()) == word


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("Invalid_client", "an unknown error code (14 characters)"),
        ("invalid_client invalid_grant invalid_scope", "an unknown error code (42 characters)"),
        ("123456789", "an unknown error code (9 characters)"),
        ("invalid_client\n", "an unknown error code (15 characters)"),
        (CANARY[::-1], "an unknown error code (20 characters)"),
    ],
)
def test_unknown_error_code_is_counted(word: str, shown: str) -> None:
    assert redact_error(word, None, ()) == shown


def test_known_error_code_is_in_the_verdict() -> None:
    with fake(reply(401, {"error": "invalid_client", "error_description": CANARY[::-1]})) as served:
        (verdict,) = smoke(server(served.url), secret=CANARY)
    assert verdict.error == "invalid_client"
