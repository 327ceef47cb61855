"""Harmful answers: limited in time and memory, and never shown unescaped."""

import threading
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from oauthgit.model.report import Report, Summary
from oauthgit.model.verdict import Outcome, Verdict
from oauthgit.probe import make_plan, report, run
from oauthgit.probe.answer import Answer
from oauthgit.report import json, junit, text
from support import server_behaviours
from support.run_smoke import LOOPBACK, only, server, settings, vault
from support.safe_for_ci import assert_inert
from support.scripted_server import Behaviour, endless_headers, fake, reply
from support.server_behaviours import deciding

SECONDS = 1.5
MEBIBYTE = 1024 * 1024


def endless_body(connection: Any, _request: bytes, stop: threading.Event) -> None:
    """Send an endless body."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not stop.is_set():
        connection.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def informing_for_ever(connection: Any, _request: bytes, stop: threading.Event) -> None:
    """Send endless interim answers."""
    while not stop.is_set():
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")


def many_headers(connection: Any, _request: bytes, _stop: threading.Event) -> None:
    """Send as many short headers as fit."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200_000 + b"\r\n{}")


HOSTILE: dict[str, Behaviour | bytes] = {
    "a gzip bomb": reply(200, server_behaviours.BOMB, Content_Encoding="gzip"),
    "a bomb that claims to be plain": reply(200, server_behaviours.BOMB),
    "ten megabytes of JSON": reply(200, server_behaviours.TEN_MEGABYTES),
    "deep JSON": reply(200, "[" * 60_000),
    "deep objects": reply(200, '{"error":' * 6000 + "1" + "}" * 6000),
    "a huge number": reply(200, '{"expires_in": ' + "9" * 60_000 + "}"),
    "many errors": reply(400, {"error_codes": list(range(9000)), "error": {"code": "x" * 20_000}}),
    "an endless body": endless_body,
    "endless headers": endless_headers,
    "many headers": many_headers,
    "endless interim answers": informing_for_ever,
    "one byte a second": server_behaviours.byte_by_byte,
}


@pytest.fixture
def memory() -> Iterator[Any]:
    """Return a function that returns the peak memory of Python objects, in bytes."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("control", [0, 4], ids=["", "control"])
def test_hostile_answer_uses_limited_time_and_memory(name: str, control: int, memory: Any) -> None:
    with fake(HOSTILE[name]) as served:
        target = settings(server(served.url))
        planned = make_plan([target], vault(served.url), {})
        limits = LOOPBACK._replace(timeout=SECONDS, control=control)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        began = time.monotonic()
        verdict = only(run(planned, [target], limits, listen=lambda _: None).verdicts)
        took = time.monotonic() - began
    assert verdict.outcome in {Outcome.INCONCLUSIVE, Outcome.UNREACHABLE}
    assert took < SECONDS * 2, "the time of one request, without repetition"
    assert memory() - before < 6 * MEBIBYTE


WORDS = (
    "\x1b[31mred\x1b[0m\x9b1m\x07",
    "::set-output name=a::b\n::error::x",
    "##vso[task.setvariable variable=a]b ##[error]",
    "**bold** [link](https://evil.example) | `code` ![x](y)",
    '<script>alert(1)</script> & "quoted" ]]> \'',
    "\u202eevil\u200b",
)


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("place", ["error", "code", "error_codes", "location", "issuer"])
def test_answer_text_is_never_shown_unescaped(words: str, place: str) -> None:
    answers = {
        "error": reply(400, {"error": words, "error_description": words, "error_uri": words}),
        "code": reply(400, {"error": {"code": words, "message": words}}),
        "error_codes": reply(400, {"error": "invalid_client", "error_codes": [words], "status": words}),
        "location": reply(302, words, "text/html", Location=words.encode("ascii", "ignore").decode().replace("\n", "")),
        "issuer": reply(200, {"issuer": words, "token_endpoint": words, "authorization_endpoint": words}),
    }
    with fake(answers[place]) as served:
        base = served.url.removesuffix("/token")
        login = server(
            served.url, grant_types=["authorization_code"], authorization_endpoint=f"{base}/authorize", issuer=base
        )
        target = settings(server(served.url), login)
        planned = make_plan([target], vault(served.url), {})
        proved = run(planned, [target], LOOPBACK._replace(control=2), listen=lambda _: None)
    findings = (*report(proved.verdicts), *proved.findings)
    everything = Report(findings, Summary(1, 1, 2, 0.1), verdicts=proved.verdicts)
    for render in (text.render, json.render, junit.render):
        assert_inert(render(everything))
    assert all("<script>" not in render(everything) for render in (junit.render,))
    assert all(isinstance(verdict, Verdict) for verdict in proved.verdicts)


def test_echoed_secret_proves_nothing() -> None:
    with fake(deciding(server_behaviours.echoing)) as served:
        for grant in ("client_credentials", "authorization_code"):
            target = settings(server(served.url, grant_types=[grant]))
            planned = make_plan([target], vault(served.url), {})
            (verdict,) = run(planned, [target], LOOPBACK._replace(control=8), listen=lambda _: None).verdicts
            proven = {Outcome.ACCEPTED, Outcome.ACCEPTED_WITH_REMARKS}
            assert verdict.outcome not in proven
            assert "the secret is right (" not in verdict.reason


QUOTES = '"' + '\\"' * 30_000
HEADERS = {
    "a path of dots": reply(302, "", Location="https://x/" + "." * 60_000),
    "a quotation mark that stays open": reply(401, "", WWW_Authenticate=QUOTES),
    "titles in a title": reply(200, "<title" * 10_000, "text/html"),
}


@pytest.mark.parametrize("hostile", HEADERS)
def test_long_headers_and_titles_are_read_quickly(hostile: str) -> None:
    with fake(HEADERS[hostile]) as served:
        login = server(
            served.url, grant_types=["authorization_code"], authorization_endpoint=f"{served.base}/authorize"
        )
        target = settings(login)
        planned = make_plan([target], vault(served.url), {})
        began = time.process_time()
        run(planned, [target], LOOPBACK, listen=lambda _: None)
        assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        ('{"access_token": "t0ken", "x": NaN}', True),
        ('{"access_token": "other", "access_token": "t0ken"}', True),
        ('{"access_token": "t0ken"} trailing', True),
        ('{"access_token": "t0ken", "x": "', False),
        ('{"error": "invalid_grant", "access_token": "t0ken"}', True),
        ("access_token=t0ken&token_type=bearer", True),
    ],
)
def test_token_of_an_odd_answer_is_known_for_its_revocation(body: str, whole: bool) -> None:  # noqa: FBT001 - a case
    assert Answer(200, {"content-type": "application/json"}, body.encode(), whole).issued("access_token") == "t0ken"
